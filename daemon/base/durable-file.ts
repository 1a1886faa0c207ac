import { promises as fs } from "node:fs";
import { dirname } from "node:path";

/** A private file: only its owner may read or write it. */
const privateMode = 0o600;

/**
 * Replaces a whole file durably, mode 0600: after a crash or a power cut it has the old content or the new
 * one. It writes a temporary file, and then does fsync, rename and fsync of the directory.
 *
 * The temporary file is `<path>.new`. It is created exclusively, so a symbolic link at that path is never
 * followed; a file that a crash left there is removed first. Calls for one path must not overlap.
 * @throws (rejects) the system's error. The old file is then unchanged, unless only the last fsync failed.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await replaceFileWith(path, (file) => file.writeFile(content));
}

/**
 * Does the same as {@link replaceFile} for content that is written in parts.
 * @param write writes the whole content to the temporary file.
 */
export async function replaceFileWith(
  path: string,
  write: (file: fs.FileHandle) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.new`;
  await writeTemporary(temporary, write);
  await fs.rename(temporary, path);
  await syncDirectory(dirname(path));
}

/**
 * Creates a file durably, mode 0600: it exists with its whole content or not at all.
 * @throws (rejects) with code `EEXIST` if the file exists already, which is not changed; or the system's error.
 */
export async function createFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.new`;
  await writeTemporary(temporary, (file) => file.writeFile(content));
  try {
    // Unlike a rename, a link never replaces a file.
    await fs.link(temporary, path);
  } finally {
    await fs.rm(temporary, { force: true });
  }
  await syncDirectory(dirname(path));
}

async function writeTemporary(
  path: string,
  write: (file: fs.FileHandle) => Promise<void>,
): Promise<void> {
  await fs.rm(path, { force: true });
  const file = await fs.open(path, "wx", privateMode);
  try {
    await file.chmod(privateMode);
    await write(file);
    await file.sync();
  } catch (error) {
    // An incomplete file must not keep the disk full.
    await fs.rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Makes the entries of a directory durable: files that were created, renamed or removed in it. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await fs.open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Returns a file's content, or null if there is no such file. @throws (rejects) any other error. */
export async function readIfPresent(path: string): Promise<Buffer | null> {
  try {
    return await fs.readFile(path);
  } catch (error) {
    if (isFileError(error, "ENOENT")) return null;
    throw error;
  }
}

/** Returns whether an error comes from the operating system: a missing file, a full disk, a denied right. */
export function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "errno" in error;
}

/** Returns whether an error of the file system has this code (`ENOENT`, `EACCES` …). */
export function isFileError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

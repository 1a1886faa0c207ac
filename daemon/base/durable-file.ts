import { promises as fs } from "node:fs";
import { dirname } from "node:path";

/** A private file: only its owner may read or write it. */
const privateMode = 0o600;

/**
 * Replaces a file as a whole, durably, mode 0600: after a crash or a power cut it holds the old content
 * or the new one. Temporary file, fsync, rename, fsync of the directory.
 *
 * The temporary file is `<path>.new`. It is created exclusively, so a symbolic link that somebody put
 * there is never followed; a leftover of a crash is removed first. Calls for one path must not overlap.
 * @throws (rejects) the system's error. The old file is then untouched, unless only the last fsync failed.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await replaceFileWith(path, (file) => file.writeFile(content));
}

/**
 * {@link replaceFile} for content that is written in parts.
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
 * Creates a file durably, mode 0600: it is there whole or not at all.
 * @throws (rejects) with code `EEXIST` when there is one already, which stays as it is; or the system's error.
 */
export async function createFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.new`;
  await writeTemporary(temporary, (file) => file.writeFile(content));
  try {
    // Unlike a rename, a link never replaces what is there.
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
    // A full disk must not be kept full by what did not fit.
    await fs.rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Makes the names in a directory durable: files that were created, renamed or removed in it. */
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

/** Tells whether an error comes from the operating system: a file that is missing, a full disk, a denied right. */
export function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "errno" in error;
}

/** Tells whether an error of the file system carries this code (`ENOENT`, `EACCES` …). */
export function isFileError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

import { promises as fs } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file so that after a power cut there is the old one or the new one, never half of one:
 * temporary file, fsync, rename, fsync of the directory. Mode 0600.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.new`;
  const file = await fs.open(temporary, "w", 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await fs.rename(temporary, path);
  const directory = await fs.open(dirname(path), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** @returns null when there is no such file; every other fault is thrown. */
export async function readIfPresent(path: string): Promise<Buffer | null> {
  try {
    return await fs.readFile(path);
  } catch (error) {
    if (isFileError(error, "ENOENT")) return null;
    throw error;
  }
}

/** Does a file-system error carry this code (`ENOENT`, `EACCES` …)? */
export function isFileError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

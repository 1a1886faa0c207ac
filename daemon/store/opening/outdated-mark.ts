import { existsSync, promises as files } from "node:fs";
import { join } from "node:path";
import { replaceFile, syncDirectory } from "../../base/durable-file.ts";

/** The file beside the store that marks it as an older copy. */
function pathIn(directory: string): string {
  return join(directory, "outdated");
}

export async function markOutdated(directory: string): Promise<void> {
  await replaceFile(pathIn(directory), "");
}

export function isMarkedOutdated(directory: string): boolean {
  return existsSync(pathIn(directory));
}

export async function clearOutdated(directory: string): Promise<void> {
  await files.rm(pathIn(directory), { force: true });
  await syncDirectory(directory);
}

import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Returns where files need no disk: /dev/shm if a folder can be made there, else the system's folder for temporary
 * files. In a container /dev/shm can be read-only, or belong to somebody else.
 */
export function memoryFolder(inMemory = "/dev/shm"): string {
  try {
    rmdirSync(mkdtempSync(join(inMemory, "latchd-try-")));
    return inMemory;
  } catch {
    return tmpdir();
  }
}

import { promises as files } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../base/durable-file.ts";
import { errorCode, StoreFailure } from "../store-failure.ts";

/** Failed openings in a row that power cuts or kills may explain; after more the store counts as damaged. */
const maxDeaths = 5;

/**
 * Counts openings during which the process ended: LevelDB ends the whole process (an assertion) because of some
 * altered blocks of its tables, and a gateway must not repeat that for ever.
 * @returns a function to call when the opening is complete, whatever its outcome
 * @throws StoreFailure `damaged` after too many of them in a row
 */
export async function countOpening(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, "opening");
  const end = () => files.rm(path, { force: true });
  const deaths = await read(path);
  if (deaths >= maxDeaths) {
    await end();
    throw new StoreFailure("damaged", `the process died ${deaths} times while opening the store`);
  }
  await files.mkdir(directory, { recursive: true, mode: 0o700 });
  await replaceFile(path, String(deaths + 1));
  return end;
}

async function read(path: string): Promise<number> {
  try {
    const count = Number(await files.readFile(path, "utf8"));
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return 0;
    throw error;
  }
}

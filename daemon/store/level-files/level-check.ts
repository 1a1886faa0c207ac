import { promises as files } from "node:fs";
import { join } from "node:path";
import { errorCode, StoreFailure } from "../store-failure.ts";
import { logRecords } from "./level-log-file.ts";
import { type LiveFiles, liveFilesOf } from "./level-manifest.ts";
import { tableBlocks } from "./level-table-file.ts";

/**
 * Verifies every checksum of every file that LevelDB will open. Its own `paranoid_checks` and `verify_checksums`
 * cannot be set from JavaScript. Without them LevelDB loses synced records after a flipped byte of its log,
 * uses altered blocks, and ends the whole process because of some of them. Nothing is changed.
 * @throws StoreFailure `damaged`, naming the file; a part of the disk that cannot be read is damage too.
 */
export async function checkFiles(directory: string): Promise<void> {
  const current = (await content(directory, "CURRENT")).toString("latin1");
  const manifest = /^(MANIFEST-\d{6,})\n$/.exec(current)?.[1];
  if (manifest === undefined) throw new StoreFailure("damaged", "CURRENT names no manifest");
  const live = liveFilesOf(await content(directory, manifest), manifest);
  const names = await files.readdir(directory);
  await checkTables(directory, names, live);
  await checkLogs(directory, names, live);
}

async function checkTables(
  directory: string,
  names: readonly string[],
  { tables }: LiveFiles,
): Promise<void> {
  for (const [number, bytes] of tables) {
    const name = names.find((each) => /\.(ldb|sst)$/.test(each) && numberOf(each) === number);
    if (name === undefined) throw new StoreFailure("damaged", `table ${number} is missing`);
    const file = await content(directory, name);
    if (file.length !== bytes) {
      throw new StoreFailure("damaged", `${name} has ${file.length} bytes instead of ${bytes}`);
    }
    tableBlocks(file, name);
  }
}

async function checkLogs(
  directory: string,
  names: readonly string[],
  { logNumber, previousLogNumber }: LiveFiles,
): Promise<void> {
  const logs = names.filter((name) => name.endsWith(".log"));
  // LevelDB opens a missing log as an empty one.
  if (!logs.some((name) => numberOf(name) === logNumber)) {
    throw new StoreFailure("damaged", `log ${logNumber} is missing`);
  }
  for (const name of logs) {
    const number = numberOf(name);
    if (number >= logNumber || number === previousLogNumber) {
      logRecords(await content(directory, name), name);
    }
  }
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10);
}

async function content(directory: string, name: string): Promise<Buffer> {
  try {
    return await files.readFile(join(directory, name));
  } catch (error) {
    const code = errorCode(error);
    if (code !== "ENOENT" && code !== "EIO") throw error;
    const fault = code === "EIO" ? "cannot be read from the disk" : "is missing";
    throw new StoreFailure("damaged", `${name} ${fault}`, { cause: error });
  }
}

import { promises as files } from "node:fs";
import { dirname, join } from "node:path";
import { compactDatabase, type Database, putMeta, readMeta, writeSynced } from "../database.ts";
import { edgeKeys } from "../keys.ts";
import { isSealed, isSealedArea } from "../secrets/record-seal.ts";
import { setAsideFolders } from "./damaged-stores.ts";

/** Approximate bytes that one batch seals. */
const stepBytes = 512 * 1024;

const isDoneMeta = "recordsSealed";

/** Marks a new store, which never had an entry in clear. */
export const sealedFromTheStart = putMeta(isDoneMeta, true);

/**
 * Schema 3: seals every record, journal record and log entry, rewrites the files that have them in clear, and
 * deletes damaged stores that were set aside. Content, digest and chains stay the same. If it is cut short,
 * the next start continues.
 */
export async function sealRecords(database: Database): Promise<void> {
  if ((await readMeta(database, isDoneMeta)) === true) return;
  const { level, seal } = database;
  let batch = level.batch();
  let bytes = 0;
  for await (const [key, value] of level.iterator()) {
    if (!isSealedArea(key) || isSealed(value)) continue;
    const written = seal.seal({ key, text: value.toString("utf8") });
    if (!written.key.equals(key)) batch.del(key);
    batch.put(written.key, written.value);
    bytes += written.value.length;
    if (bytes < stepBytes) continue;
    await batch.write({ sync: true });
    batch = level.batch();
    bytes = 0;
  }
  await batch.write({ sync: true });
  await compactDatabase(database);
  // LevelDB rewrites its deepest level only where something above overlaps it.
  await writeSynced(
    database,
    edgeKeys.map((key) => ({ type: "put", key, value: "" })),
  );
  await compactDatabase(database);
  await forgetOldNames(database);
  for (const folder of await setAsideFolders(dirname(level.location))) {
    await files.rm(folder, { recursive: true, force: true });
  }
  await writeSynced(database, [putMeta(isDoneMeta, true)]);
}

/** Deletes LevelDB's own logs: they and the manifest name old keys. An opening begins both again. */
async function forgetOldNames({ level }: Database): Promise<void> {
  await level.close();
  for (const name of ["LOG", "LOG.old"]) {
    await files.rm(join(level.location, name), { force: true });
  }
  await level.open();
}

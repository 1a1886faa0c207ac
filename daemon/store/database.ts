import { strict as assert } from "node:assert";
import { promises as files } from "node:fs";
import { join } from "node:path";
import { Level } from "level";
import type { Json } from "../base/json.ts";
import { metaKey } from "./keys.ts";
import type { RecordSeal } from "./secrets/record-seal.ts";
import { errorCode, StoreFailure } from "./store-failure.ts";
import { parseStored } from "./stored-json.ts";

/** Keys from `gte` or after `gt` up to `lte` or before `lt`. */
export interface KeyRange {
  readonly gte?: Buffer;
  readonly lte?: Buffer;
  readonly lt?: Buffer;
  readonly limit?: number;
  readonly reverse?: boolean;
}

/** LevelDB with latchd's key encoding; values are JSON texts, sealed on disk. */
export interface Database {
  readonly level: Level<Buffer, Buffer>;
  readonly seal: RecordSeal;
}

/** One line of a batch, before it is sealed. */
export type BatchLine =
  | { readonly type: "put"; readonly key: Buffer; readonly value: string }
  | { readonly type: "del"; readonly key: Buffer };

/** One line of a LevelDB batch as it is written. */
export type WrittenLine =
  | { readonly type: "put"; readonly key: Buffer; readonly value: Buffer }
  | { readonly type: "del"; readonly key: Buffer };

/** Sized for a gateway with 512 MB: what is read often is in our own tables. */
const memoryLimits = {
  cacheSize: 1024 * 1024,
  writeBufferSize: 1024 * 1024,
  maxOpenFiles: 64,
} as const;

/** @throws StoreFailure `damaged` when LevelDB finds its files corrupt, `unreadable` when it refuses otherwise. */
export async function openDatabase(
  location: string,
  createIfMissing: boolean,
  seal: RecordSeal,
): Promise<Database> {
  const level = new Level<Buffer, Buffer>(location, {
    ...memoryLimits,
    createIfMissing,
    errorIfExists: createIfMissing,
    keyEncoding: "buffer",
    valueEncoding: "buffer",
  });
  try {
    await level.open();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const detail = cause instanceof Error ? cause.message : "unknown";
    // LevelDB's code for files that do not fit together.
    const kind = errorCode(cause) === "LEVEL_CORRUPTION" ? "damaged" : "unreadable";
    throw new StoreFailure(kind, `LevelDB cannot open ${location}: ${detail}`, { cause });
  }
  return { level, seal };
}

/** Seals operations with the keys that the locks have now. */
export function sealed(seal: RecordSeal, operations: readonly BatchLine[]): readonly WrittenLine[] {
  return operations.map((operation): WrittenLine => {
    if (operation.type === "del") return { type: "del", key: seal.writtenKey(operation.key) };
    return { type: "put", ...seal.seal({ key: operation.key, text: operation.value }) };
  });
}

/** Writes one sealed batch; all of it is on disk when the promise resolves. */
export async function writeSynced(
  database: Database,
  operations: readonly BatchLine[],
): Promise<void> {
  await writeSealed(database, sealed(database.seal, operations));
}

/** {@link writeSynced} for operations that are sealed already. */
export async function writeSealed(
  { level }: Database,
  operations: readonly WrittenLine[],
): Promise<void> {
  // Entry by entry: an array would be copied and read several times while the disk waits.
  const batch = level.batch();
  for (const operation of operations) {
    if (operation.type === "put") batch.put(operation.key, operation.value);
    else batch.del(operation.key);
  }
  await batch.write({ sync: true });
}

/** Yields the opened entries of a range in the order of their keys on disk. */
export async function* readEntries(
  { level, seal }: Database,
  range: KeyRange,
): AsyncGenerator<readonly [key: Buffer, text: string]> {
  for await (const [key, value] of level.iterator(range)) {
    const entry = seal.open({ key, value });
    yield [entry.key, entry.text];
  }
}

/** Approximate bytes of one batch of {@link writeDatabase}. */
const fillBytes = 1024 * 1024;

/**
 * Makes a database of these entries, unchanged; it is synced when the promise resolves.
 * @param entries values by key (latin1)
 */
export async function writeDatabase(
  location: string,
  entries: ReadonlyMap<string, Buffer>,
): Promise<void> {
  const level = new Level<Buffer, Buffer>(location, {
    ...memoryLimits,
    errorIfExists: true,
    keyEncoding: "buffer",
    valueEncoding: "buffer",
  });
  await level.open();
  try {
    let batch = level.batch();
    let bytes = 0;
    for (const [name, value] of entries) {
      batch.put(Buffer.from(name, "latin1"), value);
      bytes += name.length + value.length;
      if (bytes < fillBytes) continue;
      await batch.write({ sync: true });
      batch = level.batch();
      bytes = 0;
    }
    await batch.write({ sync: true });
  } finally {
    await level.close();
  }
}

export function bytesOf(operations: readonly WrittenLine[]): number {
  let bytes = 0;
  for (const operation of operations) {
    bytes += operation.key.length;
    bytes += operation.type === "put" ? operation.value.length : 0;
  }
  return bytes;
}

export function putMeta(name: string, value: Json): BatchLine {
  return { type: "put", key: metaKey(name), value: JSON.stringify(value) };
}

/** @returns the value kept under a name, undefined when there is none. */
export async function readMeta({ level }: Database, name: string): Promise<Json | undefined> {
  const value: Buffer | undefined = await level.get(metaKey(name));
  const what = `the store's ${name}`;
  return value === undefined ? undefined : parseStored(value.toString("utf8"), what);
}

/** What LevelDB can do beyond the interface that it shares with other databases. */
interface Ranged {
  compactRange(start: Buffer, end: Buffer): Promise<void>;
  approximateSize(start: Buffer, end: Buffer): Promise<number>;
}

function isRanged(level: object): level is Ranged {
  return ["compactRange", "approximateSize"].every(
    (name) => typeof Reflect.get(level, name) === "function",
  );
}

function rangedOf({ level }: Database): Ranged {
  const engine: object = level;
  assert.ok(isRanged(engine), "LevelDB on Node.js works on ranges of keys");
  return engine;
}

/**
 * Flushes the log into a table and merges every level into the deepest one there is, which itself
 * is rewritten only where a level above overlaps it.
 */
export async function compactDatabase(database: Database): Promise<void> {
  await rangedOf(database).compactRange(Buffer.of(0x00), Buffer.of(0xff));
}

/** Returns about how many bytes the keys from `start` to `end` take in LevelDB's tables, without its log. */
export async function rangeBytes(database: Database, start: Buffer, end: Buffer): Promise<number> {
  return await rangedOf(database).approximateSize(start, end);
}

/** Returns the bytes of LevelDB's files. */
export async function databaseBytes({ level: { location } }: Database): Promise<number> {
  let bytes = 0;
  for (const name of await files.readdir(location)) {
    try {
      bytes += (await files.stat(join(location, name))).size;
    } catch (error) {
      // LevelDB may delete files during the reading.
      if (errorCode(error) !== "ENOENT") {
        throw error;
      }
    }
  }
  return bytes;
}

import { strict as assert } from "node:assert";
import { promises as files } from "node:fs";
import { join } from "node:path";
import { Level } from "level";
import type { Json } from "../core/journal.ts";
import { metaKey } from "./keys.ts";
import { errorCode, StoreFailure } from "./store-failure.ts";
import { parseStored } from "./stored-json.ts";

/** LevelDB with our key encoding; values are JSON texts. */
export type Database = Level<Buffer, string>;

/** One line of a LevelDB batch. */
export type Operation =
  | { readonly type: "put"; readonly key: Buffer; readonly value: string }
  | { readonly type: "del"; readonly key: Buffer };

/** Sized for a gateway with 512 MB: what is read often is in our own tables. */
const memoryLimits = {
  cacheSize: 1024 * 1024,
  writeBufferSize: 1024 * 1024,
  maxOpenFiles: 64,
} as const;

/** @throws StoreFailure `damaged` when LevelDB finds its files corrupt, `unreadable` when it refuses otherwise. */
export async function openDatabase(location: string, createIfMissing: boolean): Promise<Database> {
  const database: Database = new Level<Buffer, string>(location, {
    ...memoryLimits,
    createIfMissing,
    errorIfExists: createIfMissing,
    keyEncoding: "buffer",
    valueEncoding: "utf8",
  });
  try {
    await database.open();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const detail = cause instanceof Error ? cause.message : "unknown";
    // Told by LevelDB when its own files do not fit together.
    const kind = errorCode(cause) === "LEVEL_CORRUPTION" ? "damaged" : "unreadable";
    throw new StoreFailure(kind, `LevelDB cannot open ${location}: ${detail}`, { cause });
  }
  return database;
}

/** One batch: all of it, on disk when the promise is kept. */
export async function writeSynced(
  database: Database,
  operations: readonly Operation[],
): Promise<void> {
  // In parts: an array is copied and looked through several times, while the disk waits.
  const batch = database.batch();
  for (const operation of operations) {
    if (operation.type === "put") batch.put(operation.key, operation.value);
    else batch.del(operation.key);
  }
  await batch.write({ sync: true });
}

/** Bytes that one batch of {@link writeDatabase} holds, about. */
const fillBytes = 1024 * 1024;

/**
 * Makes a database of these entries, synced when the promise is kept.
 * @param entries values by key (latin1)
 */
export async function writeDatabase(
  location: string,
  entries: ReadonlyMap<string, Buffer>,
): Promise<void> {
  const raw = new Level<Buffer, Buffer>(location, {
    ...memoryLimits,
    errorIfExists: true,
    keyEncoding: "buffer",
    valueEncoding: "buffer",
  });
  await raw.open();
  try {
    let batch = raw.batch();
    let bytes = 0;
    for (const [name, value] of entries) {
      batch.put(Buffer.from(name, "latin1"), value);
      bytes += name.length + value.length;
      if (bytes < fillBytes) continue;
      await batch.write({ sync: true });
      batch = raw.batch();
      bytes = 0;
    }
    await batch.write({ sync: true });
  } finally {
    await raw.close();
  }
}

export function bytesOf(operations: readonly Operation[]): number {
  let bytes = 0;
  for (const operation of operations) {
    bytes += operation.key.length;
    bytes += operation.type === "put" ? Buffer.byteLength(operation.value) : 0;
  }
  return bytes;
}

export function putMeta(name: string, value: Json): Operation {
  return { type: "put", key: metaKey(name), value: JSON.stringify(value) };
}

/** @returns the value kept under a name, undefined when there is none. */
export async function readMeta(database: Database, name: string): Promise<Json | undefined> {
  const text: string | undefined = await database.get(metaKey(name));
  return text === undefined ? undefined : parseStored(text, `the store's ${name}`);
}

/** What LevelDB itself can do beyond other databases of its interface. */
interface Ranged {
  compactRange(start: Buffer, end: Buffer): Promise<void>;
  approximateSize(start: Buffer, end: Buffer): Promise<number>;
}

function isRanged(database: object): database is Ranged {
  return ["compactRange", "approximateSize"].every(
    (name) => typeof Reflect.get(database, name) === "function",
  );
}

function rangedOf(database: Database): Ranged {
  const engine: object = database;
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

/** Bytes that keys from `start` up to `end` take in LevelDB's tables, about; what is in its log is left out. */
export async function rangeBytes(database: Database, start: Buffer, end: Buffer): Promise<number> {
  return await rangedOf(database).approximateSize(start, end);
}

/** Bytes of the files LevelDB has now. */
export async function databaseBytes({ location }: Database): Promise<number> {
  let bytes = 0;
  for (const name of await files.readdir(location)) {
    try {
      bytes += (await files.stat(join(location, name))).size;
    } catch (error) {
      // LevelDB drops files while we look.
      if (errorCode(error) !== "ENOENT") {
        throw error;
      }
    }
  }
  return bytes;
}

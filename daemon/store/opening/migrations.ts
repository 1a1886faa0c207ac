import { strict as assert } from "node:assert";
import type { Json } from "../../base/json.ts";
import {
  type BatchLine,
  type Database,
  putMeta,
  readEntries,
  readMeta,
  writeSynced,
} from "../database.ts";
import { decodeTableKey, tableKey, tablesRange } from "../keys.ts";
import type { MasterKey } from "../secrets/master-key.ts";
import { StoreFailure } from "../store-failure.ts";
import { parseStored } from "../stored-json.ts";
import { changedDigest, type DigestedRecord } from "../tables-digest.ts";
import { withLockKeys } from "./lock-key-migration.ts";
import type { StoredChange, StoredRecord } from "./stored-record.ts";

/**
 * One step of the schema. Its changes and its version are written as one batch.
 * The journal is not migrated: its records are what was reported.
 */
export interface Migration {
  /** The version after it: one more than the version before. */
  readonly to: number;
  /** What it changes, for the log. */
  readonly summary: string;
  /** @param masterKey opens what is sealed */
  apply(records: readonly StoredRecord[], masterKey: MasterKey): readonly StoredChange[];
}

/** The version of a store before any migration. */
export const firstSchema = 1;

/** All migrations since the first schema, in order. */
export const migrations: readonly Migration[] = [
  { to: 2, summary: "each lock has a key of its own", apply: withLockKeys },
  // The content stays the same, and `sealRecords` rewrites it. The version tells an older latchd that it is not damaged.
  { to: 3, summary: "every record is sealed", apply: () => [] },
  // An older latchd knows neither table, and must not call them damage.
  { to: 4, summary: "grants over several locks have records", apply: () => [] },
];

/** The version that a new store is made with. */
export function newestSchema(steps: readonly Migration[]): number {
  steps.forEach((step, index) => {
    assert.equal(step.to, firstSchema + index + 1, "migrations follow each other without a hole");
  });
  return firstSchema + steps.length;
}

/**
 * Brings a store to the newest version.
 * @throws StoreFailure `schema` when a newer latchd wrote it, `damaged` when the version is gone.
 */
export async function migrate(
  database: Database,
  steps: readonly Migration[],
  masterKey: MasterKey,
): Promise<void> {
  const newest = newestSchema(steps);
  const version = await readMeta(database, "schema");
  if (typeof version !== "number") {
    throw new StoreFailure("damaged", "the store's schema version is missing");
  }
  if (version > newest) {
    throw new StoreFailure(
      "schema",
      `the store has schema ${version}, this latchd knows up to ${newest}: a newer one wrote it`,
    );
  }
  for (const step of steps.filter(({ to }) => to > version)) {
    const records = await readRecords(database);
    const changes = step.apply(records, masterKey);
    const operations = [...changes.map(operationOf), putMeta("schema", step.to)];
    const digest = await readMeta(database, "tablesDigest");
    if (typeof digest === "string") {
      operations.push(putMeta("tablesDigest", digestAfter(digest, records, changes)));
    }
    await writeSynced(database, operations);
  }
}

/** Returns the records of a copy with an older schema as they are in the newest. */
export function migratedRecords(
  records: readonly StoredRecord[],
  schema: number,
  masterKey: MasterKey,
): readonly StoredRecord[] {
  let migrated = records;
  for (const step of migrations.filter(({ to }) => to > schema)) {
    const changes = step.apply(migrated, masterKey);
    const changed = new Set(changes.map(nameOf));
    const put = changes.flatMap(({ table, key, value }) =>
      value === null ? [] : [{ table, key, value }],
    );
    migrated = [...migrated.filter((record) => !changed.has(nameOf(record))), ...put];
  }
  return migrated;
}

function nameOf({ table, key }: Pick<StoredRecord, "table" | "key">): string {
  return tableKey(table, key).toString("latin1");
}

/** Every record of every table, in key order. */
export async function readRecords(database: Database): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for await (const [bytes, text] of readEntries(database, tablesRange)) {
    const found = decodeTableKey(bytes);
    if (found === null) {
      throw new StoreFailure("damaged", "a record has a malformed key");
    }
    records.push({ ...found, value: parseStored(text, `a record of table ${found.table}`) });
  }
  return records;
}

/** Returns the digest after a migration. A digest that was wrong stays wrong: a migration must not hide damage. */
function digestAfter(
  digest: string,
  records: readonly StoredRecord[],
  changes: readonly StoredChange[],
): string {
  const before = new Map(records.map((record) => [nameOf(record), record.value]));
  const after = new Map(before);
  for (const { table, key, value } of changes) {
    const name = nameOf({ table, key });
    if (value === null) after.delete(name);
    else after.set(name, value);
  }
  return changedDigest(digest, digested(before), digested(after));
}

function digested(records: ReadonlyMap<string, Json>): DigestedRecord[] {
  return Array.from(records, ([name, value]) => ({
    key: Buffer.from(name, "latin1"),
    text: JSON.stringify(value),
  }));
}

function operationOf({ table, key, value }: StoredChange): BatchLine {
  const bytes = tableKey(table, key);
  return value === null
    ? { type: "del", key: bytes }
    : { type: "put", key: bytes, value: JSON.stringify(value) };
}

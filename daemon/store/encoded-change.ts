import type { BatchLine } from "./database.ts";
import { tableKey } from "./keys.ts";
import type { MemoryTables } from "./memory-tables.ts";
import type { Change, Key, TableName } from "./store.ts";
import { deepFreeze } from "./stored-json.ts";
import { movedDigest, recordDigest } from "./tables-digest.ts";

/** Digests of records that were put since the start, so that each version of a record is hashed once. */
const knownDigests = new WeakMap<object, bigint>();

/** A change as it is written, and its effect on memory: the same as after reopening the store. */
export interface EncodedChange {
  readonly table: TableName;
  readonly key: Key;
  readonly operation: BatchLine;
  /** The record's part of the tables' digest; null = the record is removed. */
  readonly digest: bigint | null;
  applyTo(tables: MemoryTables): void;
}

function encodeChange(change: Change): EncodedChange {
  // The key is copied: memory and disk must agree even if the caller changes it later.
  const key = [...change.key];
  const { table } = change;
  const bytes = tableKey(table, key);
  if (change.value === null) {
    return {
      table,
      key,
      operation: { type: "del", key: bytes },
      digest: null,
      applyTo: (tables) => {
        tables.remove(change.table, key);
      },
    };
  }
  const value = JSON.stringify(change.value);
  const digest = recordDigest({ key: bytes, text: value });
  return {
    table,
    key,
    operation: { type: "put", key: bytes, value },
    digest,
    applyTo: (tables) => {
      const record = deepFreeze(JSON.parse(value));
      knownDigests.set(record, digest);
      tables.put(change.table, key, record);
    },
  };
}

/**
 * Returns the changes as they are written, in sequence, without those that change nothing: a record that is put as it is
 * already. Of several changes of one record all stay.
 */
export function encodeChanges(
  tables: MemoryTables,
  given: readonly Change[],
): readonly EncodedChange[] {
  const changes = given.map(encodeChange);
  return changes.filter((change) => {
    if (change.digest === null) return true;
    const before = tables.get(change.table, change.key);
    // A record from before the start has no known digest: it is written once more.
    if (before === undefined || knownDigests.get(before) !== change.digest) return true;
    return changes.some((other) => other !== change && isOfSameRecord(other, change));
  });
}

function isOfSameRecord(one: EncodedChange, other: EncodedChange): boolean {
  return one.table === other.table && one.operation.key.equals(other.operation.key);
}

/** Returns the tables' digest after these changes. */
export function digestAfter(
  digest: string,
  tables: MemoryTables,
  changes: readonly EncodedChange[],
): string {
  const taken: bigint[] = [];
  const added = new Map<string, bigint>();
  const seen = new Set<string>();
  for (const { table, key, operation, digest: ofRecord } of changes) {
    const name = operation.key.toString("latin1");
    const before = tables.get(table, key);
    // Of several changes of one record the last one counts; the old record is subtracted once.
    if (!seen.has(name) && before !== undefined) taken.push(digestOf(before, operation.key));
    seen.add(name);
    if (ofRecord === null) added.delete(name);
    else added.set(name, ofRecord);
  }
  return movedDigest(digest, taken, [...added.values()]);
}

function digestOf(record: object, key: Buffer): bigint {
  return knownDigests.get(record) ?? recordDigest({ key, text: JSON.stringify(record) });
}

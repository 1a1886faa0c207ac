import type { Operation } from "./database.ts";
import { tableKey } from "./keys.ts";
import type { MemoryTables } from "./memory-tables.ts";
import type { Change, Key, TableName } from "./store.ts";
import { deepFreeze } from "./stored-json.ts";
import { changedDigest, type DigestedRecord } from "./tables-digest.ts";

/** A change as it is written, and what memory is to hold: exactly what a reopened store would. */
export interface EncodedChange {
  readonly table: TableName;
  readonly key: Key;
  readonly operation: Operation;
  applyTo(tables: MemoryTables): void;
}

export function encodeChange(change: Change): EncodedChange {
  // The key is copied: memory and disk must agree whatever the caller does with it later.
  const key = [...change.key];
  const { table } = change;
  const bytes = tableKey(table, key);
  if (change.value === null) {
    return {
      table,
      key,
      operation: { type: "del", key: bytes },
      applyTo: (tables) => {
        tables.remove(change.table, key);
      },
    };
  }
  const value = JSON.stringify(change.value);
  return {
    table,
    key,
    operation: { type: "put", key: bytes, value },
    applyTo: (tables) => {
      tables.put(change.table, key, deepFreeze(JSON.parse(value)));
    },
  };
}

/** The tables' digest once these changes are on top of what the tables hold. */
export function digestAfter(
  digest: string,
  tables: MemoryTables,
  changes: readonly EncodedChange[],
): string {
  const taken: DigestedRecord[] = [];
  const added = new Map<string, DigestedRecord>();
  const seen = new Set<string>();
  for (const { table, key, operation } of changes) {
    const name = operation.key.toString("latin1");
    const before = tables.get(table, key);
    // Of several changes of one record the last one stands; what was there before goes once.
    if (!seen.has(name) && before !== undefined) {
      taken.push({ key: operation.key, text: JSON.stringify(before) });
    }
    seen.add(name);
    const text = operation.type === "put" ? operation.value : null;
    if (text !== null) added.set(name, { key: operation.key, text });
    else added.delete(name);
  }
  return changedDigest(digest, taken, [...added.values()]);
}

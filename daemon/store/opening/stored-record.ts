import type { Json } from "../../base/json.ts";
import type { Key, TableName } from "../store.ts";

/** A record as some version of latchd stored it. */
export interface StoredRecord {
  readonly table: TableName;
  readonly key: Key;
  readonly value: Json;
}

/** A stored record to put or, with null, to remove. */
export interface StoredChange {
  readonly table: TableName;
  readonly key: Key;
  readonly value: Json | null;
}

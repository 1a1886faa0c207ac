import { keyLengths, tableKey, tableNames } from "../../store/keys.ts";
import { BackupFault } from "../sealed-file.ts";

/** Most bytes of one record's JSON. A lock has the largest record, with some kilobytes. */
const maxRecordBytes = 64 * 1024;
/** Most records of all tables. The largest house has a tenth of this. */
const maxRecords = 200_000;
/** Most characters of one part of a key. */
const maxPartLength = 512;

interface GivenRecord {
  readonly table: string;
  readonly key: readonly (string | number)[];
  readonly value?: unknown;
}

/**
 * Checks that a store can have a backup's records: known tables, keys of the right form, each key once, a
 * limited size, and the same lock in key and record.
 * @throws BackupFault, naming the first record that cannot.
 */
export function checkRecords(records: readonly GivenRecord[]): void {
  if (records.length > maxRecords) {
    throw new BackupFault(`the backup holds ${records.length} records; ${maxRecords} is the limit`);
  }
  const seen = new Set<string>();
  for (const [index, record] of records.entries()) {
    const fault = faultOf(record, seen);
    if (fault !== null) {
      throw new BackupFault(`the backup is malformed: record ${index} ${fault}`);
    }
  }
}

function faultOf({ table, key, value }: GivenRecord, seen: Set<string>): string | null {
  const known = tableNames.find((name) => name === table);
  if (known === undefined) return "has a table that latchd does not know";
  if (key.length !== keyLengths[known] || !key.every(isPart)) return "has a malformed key";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "has no value";
  if (JSON.stringify(value).length > maxRecordBytes) return "is too large";
  const isOfAnother = "lock" in value && typeof value.lock === "string" && value.lock !== key[0];
  if (isOfAnother) return "is about another lock than its key";
  const name = tableKey(known, key).toString("latin1");
  if (seen.has(name)) return "is in it twice";
  seen.add(name);
  return null;
}

function isPart(part: string | number): boolean {
  if (typeof part === "number") return Number.isSafeInteger(part) && part >= 0;
  return part.length <= maxPartLength;
}

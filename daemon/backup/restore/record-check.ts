import { keyLengths, tableKey, tableNames } from "../../store/keys.ts";
import { BackupFault } from "../sealed-file.ts";

/** Bytes of one record's JSON; a lock's is the largest, with some kilobytes. */
const maxRecordBytes = 64 * 1024;
/** Records of all tables; the largest house has a tenth of it. */
const maxRecords = 200_000;
/** Characters of one part of a key. */
const maxPartLength = 512;

interface GivenRecord {
  readonly table: string;
  readonly key: readonly (string | number)[];
  readonly value?: unknown;
}

/**
 * Checks that a backup's records can stand in a store: of known tables, with keys of the right form, each
 * once, of usual size, and about the lock that their key names.
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
  if (known === undefined) return "is of no table that latchd knows";
  if (key.length !== keyLengths[known] || !key.every(isPart)) return "has a malformed key";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "has no value";
  if (JSON.stringify(value).length > maxRecordBytes) return "is too large";
  const isOfAnother = "lock" in value && typeof value.lock === "string" && value.lock !== key[0];
  if (isOfAnother) return "is about another lock than its key";
  const name = tableKey(known, key).toString("latin1");
  if (seen.has(name)) return "stands in it twice";
  seen.add(name);
  return null;
}

function isPart(part: string | number): boolean {
  if (typeof part === "number") return Number.isSafeInteger(part) && part >= 0;
  return part.length <= maxPartLength;
}

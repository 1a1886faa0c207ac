import {
  type ActivityEntry,
  type ActivityRecord,
  activityLogLimit,
} from "../../core/logs/activity-log.ts";
import { type BatchLine, type Database, readEntries } from "../database.ts";
import { activityKey, areas, decodeParts } from "../keys.ts";
import { parseStored } from "../stored-json.ts";

const range = { gte: Buffer.of(areas.operation), lt: Buffer.of(areas.operation + 1) } as const;

/**
 * The activity log: entries numbered from 1, on disk only. At its limit each new entry drops the oldest one in the
 * same batch.
 */
export class ActivityLog {
  readonly #database: Database;
  #head: number;
  #tail: number;

  private constructor(database: Database, ends: { readonly tail: number; readonly head: number }) {
    this.#database = database;
    this.#tail = ends.tail;
    this.#head = ends.head;
  }

  /** Finds both ends with two reads, whatever the length. */
  static async load(database: Database): Promise<ActivityLog> {
    const tail = await endOf(database, false);
    const head = await endOf(database, true);
    return new ActivityLog(database, { tail: tail ?? 1, head: head ?? 0 });
  }

  /** The numbers of the entries. */
  get range(): { readonly tail: number; readonly head: number } {
    return { tail: this.#tail, head: this.#head };
  }

  /** Returns the operations that write these entries. The entries get their numbers at once. */
  append(entries: readonly ActivityEntry[], atMs: number): readonly BatchLine[] {
    const operations: BatchLine[] = [];
    for (const entry of entries) {
      this.#head += 1;
      const record: ActivityRecord = { ...entry, seq: this.#head, atMs };
      const value = JSON.stringify(record);
      operations.push({ type: "put", key: activityKey(record.seq), value });
      if (this.#head - this.#tail >= activityLogLimit) {
        operations.push({ type: "del", key: activityKey(this.#tail) });
        this.#tail += 1;
      }
    }
    return operations;
  }

  /**
   * Returns the operations that replace entries on disk. Entries that were dropped in the meantime stay dropped.
   * @param records changed entries of {@link ActivityLog.read}
   */
  rewrite(records: readonly ActivityRecord[]): readonly BatchLine[] {
    return records
      .filter(({ seq }) => seq >= this.#tail)
      .map((record) => ({
        type: "put",
        key: activityKey(record.seq),
        value: JSON.stringify(record),
      }));
  }

  /** Returns at most `limit` entries on disk with `seq >= fromSeq`, ascending. */
  async read(fromSeq: number, limit: number): Promise<readonly ActivityRecord[]> {
    const records: ActivityRecord[] = [];
    const from = { gte: activityKey(Math.max(1, fromSeq)), lt: range.lt, limit };
    for await (const [, text] of readEntries(this.#database, from)) {
      const record: unknown = parseStored(text, "an entry of the operation log");
      if (isRecord(record)) records.push(record);
    }
    return records;
  }
}

/** Only {@link ActivityLog.append} writes entries, so that only the number is checked. */
function isRecord(value: unknown): value is ActivityRecord {
  return typeof value === "object" && value !== null && "seq" in value && "opId" in value;
}

async function endOf(database: Database, reverse: boolean): Promise<number | null> {
  for await (const key of database.level.keys({ ...range, reverse, limit: 1 })) {
    const [seq] = decodeParts(key.subarray(1)) ?? [];
    return typeof seq === "number" ? seq : null;
  }
  return null;
}

import type { ActivityRecord } from "../../core/logs/activity-log.ts";
import type { JournalEntry } from "../../core/model/journal.ts";
import type { Operation } from "../database.ts";
import type { JournalLog } from "./journal-log.ts";
import type { OperationLog } from "./operation-log.ts";

/** Entries of the operation log that are looked at together. */
const page = 500;

/** What to take out of records of the past: each gives what is left, or null for one that stays as it is. */
export interface Erasers {
  entry(entry: JournalEntry, seq: number): JournalEntry | null;
  line(record: ActivityRecord): ActivityRecord | null;
}

/** The last records that are looked at. */
export interface EraseThrough {
  readonly journal: number;
  readonly operations: number;
}

interface Past {
  readonly journal: JournalLog;
  readonly operations: OperationLog;
  /** Puts operations on disk; throws when the store is closed. */
  write(operations: readonly Operation[]): Promise<void>;
}

/**
 * Takes words of people out of the journal and the operation log: a page at a time, each a batch of its
 * own. Cut short, it is done again from the first record; what is erased already stays as it is.
 */
export async function eraseRecords(
  past: Past,
  through: EraseThrough,
  erasers: Erasers,
): Promise<void> {
  const { journal, operations } = past;
  for (let from = 1; ; ) {
    const step = await journal.draftErase([from, through.journal], erasers.entry);
    if (step === null) break;
    await past.write(step.operations);
    from = step.nextSeq;
  }
  for (let from = operations.range.tail; from <= through.operations; from += page) {
    const count = Math.min(page, through.operations - from + 1);
    const records = await operations.read(from, count);
    const erased = records.flatMap((record) => {
      const left = record.seq <= through.operations ? erasers.line(record) : null;
      return left === null ? [] : [left];
    });
    await past.write(operations.rewrite(erased));
  }
}

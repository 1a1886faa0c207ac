import type { ActivityRecord } from "../../core/logs/activity-log.ts";
import type { JournalEntry } from "../../core/model/journal.ts";
import type { BatchLine } from "../database.ts";
import type { ActivityLog } from "./activity-log.ts";
import type { JournalLog } from "./journal-log.ts";

/** Entries of the activity log that one step reads. */
const page = 500;

/** Removes personal data from an entry: each returns the new entry, or null if it stays as it is. */
export interface Erasers {
  entry(entry: JournalEntry, seq: number): JournalEntry | null;
  line(record: ActivityRecord): ActivityRecord | null;
}

/** The last records that are checked. */
export interface EraseThrough {
  readonly journal: number;
  readonly operations: number;
}

interface Past {
  readonly journal: JournalLog;
  readonly activities: ActivityLog;
  /** Writes batch lines; throws when the store is closed. */
  write(operations: readonly BatchLine[]): Promise<void>;
}

/**
 * Removes personal data from the journal and the activity log, one page and batch at a time. If it is cut short, it
 * starts again from the first record; what is erased already stays as it is.
 */
export async function eraseRecords(
  past: Past,
  through: EraseThrough,
  erasers: Erasers,
): Promise<void> {
  const { journal, activities } = past;
  for (let from = 1; ; ) {
    const step = await journal.draftErase([from, through.journal], erasers.entry);
    if (step === null) break;
    await past.write(step.operations);
    from = step.nextSeq;
  }
  for (let from = activities.range.tail; from <= through.operations; from += page) {
    const count = Math.min(page, through.operations - from + 1);
    const records = await activities.read(from, count);
    const erased = records.flatMap((record) => {
      const left = record.seq <= through.operations ? erasers.line(record) : null;
      return left === null ? [] : [left];
    });
    await past.write(activities.rewrite(erased));
  }
}

import type { JournalRecord } from "../../core/model/journal.ts";
import type { CommandView } from "../ports.ts";

/** Limit of records that one call reads, whatever its filter: the reply says where to continue. */
const maxRead = 5_000;
const pageLength = 250;

export interface JournalQuery {
  readonly count: number;
  isWanted(record: JournalRecord): boolean;
}

/** Returns the wanted records from `first` on, and the number to continue from. */
export async function recordsFrom(
  view: CommandView,
  first: number,
  { count, isWanted }: JournalQuery,
): Promise<{ readonly records: readonly JournalRecord[]; readonly next: number | null }> {
  const { head } = view.journalRange();
  const end = Math.min(head, first + maxRead - 1);
  const records: JournalRecord[] = [];
  let next = first;
  while (next <= end && records.length < count) {
    const page = await view.readJournal(next, Math.min(pageLength, end - next + 1));
    if (page.length === 0) break;
    for (const record of page) {
      if (records.length === count) break;
      if (isWanted(record)) records.push(record);
      next = record.seq + 1;
    }
  }
  return { records, next: next > head ? null : next };
}

/** Returns the newest wanted records before `before` in their sequence, and the number to go back from. */
export async function newestRecords(
  view: CommandView,
  before: number | undefined,
  { count, isWanted }: JournalQuery,
): Promise<{ readonly records: readonly JournalRecord[]; readonly previous: number | null }> {
  const { oldest: tail, head } = view.journalRange();
  let end = Math.min(head, (before ?? head + 1) - 1);
  const lowest = Math.max(tail, end - maxRead + 1);
  const found: JournalRecord[] = [];
  while (end >= lowest && found.length < count) {
    const page = await recordsBetween(view, Math.max(lowest, end - pageLength + 1), end);
    // The records were pruned meanwhile.
    if (page.length === 0) break;
    for (const record of page.reverse()) {
      if (found.length === count) break;
      if (isWanted(record)) found.push(record);
      end = record.seq - 1;
    }
  }
  return { records: found.reverse(), previous: end < tail ? null : end + 1 };
}

/** Reads until it has them all: one reading may end early, because it is limited by bytes too. */
async function recordsBetween(
  view: CommandView,
  from: number,
  to: number,
): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for (let next = from; next <= to; ) {
    const read = await view.readJournal(next, to - next + 1);
    const last = read.at(-1);
    if (last === undefined) break;
    records.push(...read.filter(({ seq }) => seq <= to));
    next = last.seq + 1;
  }
  return records;
}

import type { LogPiece } from "../../core/event/lock-log.ts";
import type { LogReading, Outcome } from "../../core/model/operation.ts";

/** One Get Log Record (0x04); index 0 is the newest entry. */
export type ReadLogRecord = (logIndex: number) => Promise<Outcome<"getLogRecord">>;

/** The position in a lock's log, and how much of it is read at once. */
export interface LogPosition {
  /** Id of the newest entry that is stored; null = none yet. */
  readonly cursor: number | null;
  /** Entries that the lock keeps; the next one overwrites the oldest. */
  readonly capacity: number;
  /** Limit of the entries that are read. */
  readonly limit: number;
}

/** Entry ids are 16 bits wide and start over after the last. */
const idCount = 0x1_0000;

/**
 * Reads what a lock has logged since the cursor, oldest entry first, so that a reading which is cut off or
 * reaches its limit can continue later. Ids count up by one; a lock that was reset starts over.
 * @returns null if the lock did not answer at all
 */
export async function readLog(
  read: ReadLogRecord,
  position: LogPosition,
): Promise<LogPiece | null> {
  const head = await read(0);
  if (head.kind === "unreachable") return null;
  const nothing: LogPiece = { newest: [], lost: 0, isWhole: true };
  // An empty log, or a lock that does not show it.
  if (head.kind !== "done") return nothing;
  const { cursor, capacity } = position;
  if (cursor === null) return { newest: [head.reply], lost: 0, isWhole: true };
  const from = start(cursor, head.reply.logEntryId, capacity);
  if (from.unread === 0) return nothing;
  const walk = new Walk(read, head.reply, from.last);
  const first = Math.min(from.unread, capacity) - 1;
  const isReached = await walk.from(first, position.limit);
  const { entries, lost } = walk;
  if (entries.length === 0 && !isReached) return null;
  return { newest: entries.toReversed(), lost, isWhole: isReached };
}

/** Returns the id before the first unread entry, and how many entries may be unread. */
function start(cursor: number, head: number, capacity: number) {
  if (head >= cursor) return { last: cursor, unread: head - cursor };
  const wrapped = head + idCount - cursor;
  // What was lost before a reset is not known; entries since then are counted from 0.
  return wrapped <= capacity ? { last: cursor, unread: wrapped } : { last: -1, unread: head + 1 };
}

class Walk {
  readonly entries: LogReading[] = [];
  lost = 0;
  readonly #read: ReadLogRecord;
  /** What was read last, by its index. */
  #seen: { readonly index: number; readonly entry: LogReading };
  #last: number;

  constructor(read: ReadLogRecord, head: LogReading, last: number) {
    this.#read = read;
    this.#seen = { index: 0, entry: head };
    this.#last = last;
  }

  /**
   * Reads from this index to the newest entry.
   * @returns whether the newest entry was reached
   */
  async from(first: number, limit: number): Promise<boolean> {
    const oldest = await this.#oldest(first);
    if (oldest === "unreachable") return false;
    for (let index = oldest; index >= 0; index -= 1) {
      if (this.entries.length >= limit) return false;
      const found = await this.#at(index);
      if (found === "unreachable") return false;
      // An entry that cannot be read is counted as lost with the next one.
      if (found === null || this.#missingBefore(found) < 0) continue;
      const missing = this.#missingBefore(found);
      const due = missing === 0 ? null : await this.#movedOn(index + missing, oldest);
      if (due === "unreachable") return false;
      this.#take(due ?? found);
      if (due !== null) index += missing;
    }
    return true;
  }

  /** New entries shift the older ones to higher indexes during the read: checks whether the next entry is there now. */
  async #movedOn(index: number, oldest: number): Promise<LogReading | "unreachable" | null> {
    // There is no entry before the first.
    if (this.entries.length === 0 || index > oldest + this.entries.length) return null;
    const found = await this.#at(index);
    if (found === null || found === "unreachable") return found;
    return this.#missingBefore(found) === 0 ? found : null;
  }

  #take(entry: LogReading): void {
    this.lost += this.#missingBefore(entry);
    this.entries.push(entry);
    this.#last = entry.logEntryId;
  }

  /** Returns the number of ids between the last entry and this one; below 0 = the entry is known. */
  #missingBefore({ logEntryId }: LogReading): number {
    const apart = logEntryId - this.#last - 1;
    const missing = apart < -idCount / 2 ? apart + idCount : apart;
    // Some locks have no entry 0.
    return logEntryId === 1 && missing === 1 ? 0 : missing;
  }

  async #at(index: number): Promise<LogReading | "unreachable" | null> {
    if (index === this.#seen.index) return this.#seen.entry;
    const outcome = await this.#read(index);
    if (outcome.kind === "unreachable") return "unreachable";
    if (outcome.kind !== "done") return null;
    this.#seen = { index, entry: outcome.reply };
    return outcome.reply;
  }

  /** Finds the oldest index up to `first` that has an entry: a log may hold fewer entries than it reports. */
  async #oldest(first: number): Promise<number | "unreachable"> {
    let there = 0;
    let gone = first + 1;
    for (let at = first; gone - there > 1; at = Math.floor((there + gone) / 2)) {
      const found = await this.#at(at);
      if (found === "unreachable") return found;
      if (found === null) gone = at;
      else there = at;
    }
    return there;
  }
}

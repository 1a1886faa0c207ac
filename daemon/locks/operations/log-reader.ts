import type { LogPiece } from "../../core/event/lock-log.ts";
import type { LogReading, Outcome } from "../../core/model/operation.ts";

/** One Get Log Record (0x04); index 0 is the newest entry. */
export type ReadLogRecord = (logIndex: number) => Promise<Outcome<"getLogRecord">>;

/** Where a lock's log was left, and how much of it is read at once. */
export interface LogPlace {
  /** Id of the newest entry that was taken in; null = none yet. */
  readonly cursor: number | null;
  /** Entries that the lock keeps; the next one overwrites the oldest. */
  readonly capacity: number;
  /** So many entries at most. */
  readonly limit: number;
}

/** Entry ids are 16 bits wide, and begin anew after the last. */
const idCount = 0x1_0000;

/**
 * Reads what a lock has logged since the cursor, from the oldest entry on, so that a reading which is
 * cut off or has its limit is gone on with. Ids count up by one; a lock that was reset begins anew.
 * @returns null when the lock did not answer at all
 */
export async function readLog(read: ReadLogRecord, place: LogPlace): Promise<LogPiece | null> {
  const head = await read(0);
  if (head.kind === "unreachable") return null;
  const nothing: LogPiece = { newest: [], lost: 0, isWhole: true };
  // An empty log, or a lock that does not show it.
  if (head.kind !== "done") return nothing;
  const { cursor, capacity } = place;
  if (cursor === null) return { newest: [head.reply], lost: 0, isWhole: true };
  const from = start(cursor, head.reply.logEntryId, capacity);
  if (from.unread === 0) return nothing;
  const walk = new Walk(read, head.reply, from.last);
  const first = Math.min(from.unread, capacity) - 1;
  const isReached = await walk.from(first, place.limit);
  const { entries, lost } = walk;
  if (entries.length === 0 && !isReached) return null;
  return { newest: entries.toReversed(), lost, isWhole: isReached };
}

/** The id before the first that was not read, and how many there may be. */
function start(cursor: number, head: number, capacity: number) {
  if (head >= cursor) return { last: cursor, unread: head - cursor };
  const wrapped = head + idCount - cursor;
  // After a reset nobody knows what was lost before it; what came since is counted from 0.
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
   * From this index on to the newest.
   * @returns whether the newest was reached
   */
  async from(first: number, limit: number): Promise<boolean> {
    const oldest = await this.#oldest(first);
    if (oldest === "unreachable") return false;
    for (let index = oldest; index >= 0; index -= 1) {
      if (this.entries.length >= limit) return false;
      const found = await this.#at(index);
      if (found === "unreachable") return false;
      // What cannot be read is counted when the next one is.
      if (found === null || this.#missingBefore(found) < 0) continue;
      const missing = this.#missingBefore(found);
      const due = missing === 0 ? null : await this.#movedOn(index + missing, oldest);
      if (due === "unreachable") return false;
      this.#take(due ?? found);
      if (due !== null) index += missing;
    }
    return true;
  }

  /** New entries move the older ones on while they are read: is the one that is due there now? */
  async #movedOn(index: number, oldest: number): Promise<LogReading | "unreachable" | null> {
    // Before the first there was none.
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

  /** Ids between the last one and this; less than 0 = it is known. */
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

  /** The oldest that is there, up to `first`: the log may hold less than it says. */
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

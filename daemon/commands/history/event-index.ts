import type { LockId } from "../../core/model/door-lock.ts";
import type { EventName, JournalRecord } from "../../core/model/journal.ts";
import type { CommandView } from "../ports.ts";
import { wholeOf } from "../work/work-view.ts";

/** Events of locks that people page through: the history at the door and the alarm list. */
export const indexedEvents = [
  "lockerOpenAlarm",
  "accessRefused",
  "duressAlarm",
  "wrongPwdAlarm",
  "lockJammedAlarm",
  "brokenAlarm",
  "batteryAlarm",
  "outOfWindowOpen",
  "lockNotMovedAlarm",
  "pwdRevokeOverdue",
] as const satisfies readonly EventName[];
/** Who opened the door, and whom the lock refused by its schedule. */
export const historyEvents: ReadonlySet<EventName> = new Set(["lockerOpenAlarm", "accessRefused"]);
export type IndexedEvent = (typeof indexedEvents)[number];

/** The number of an event in the journal, and what it can be found by. */
export interface IndexEntry {
  readonly seq: number;
  /** When it happened, ms UTC. */
  readonly atMs: number;
  readonly lock: LockId;
  readonly event: IndexedEvent;
}

/** Records read at a time while the index follows the journal. */
const pageLength = 500;

const indexed: ReadonlyMap<string, IndexedEvent> = new Map(
  indexedEvents.map((event) => [event, event]),
);

/**
 * The numbers of the locks' events in the journal. The first request reads the whole journal, later ones only
 * what is new, so that a page costs its own records. The index never has more entries than the journal has
 * records.
 */
export class EventIndex {
  readonly #view: CommandView;
  #entries: IndexEntry[] = [];
  /** Number of the last record that was read. */
  #through = 0;
  #following: Promise<void> = Promise.resolve();

  constructor(view: CommandView) {
    this.#view = view;
  }

  /** Returns the entries of all records on disk, the oldest first. */
  async entries(): Promise<readonly IndexEntry[]> {
    // One reading at a time: a caller that comes meanwhile gets what the first has read.
    const followed = this.#following.then(() => this.#follow());
    this.#following = followed.catch(() => undefined);
    await followed;
    return [...this.#entries];
  }

  /** Returns the records of these entries in their sequence, without those that were dropped meanwhile. */
  async records(entries: readonly IndexEntry[]): Promise<readonly JournalRecord[]> {
    const found: JournalRecord[] = [];
    for (const { seq } of entries) {
      const [record] = await this.#view.readJournal(seq, 1);
      if (record?.seq === seq) found.push(record);
    }
    return found;
  }

  async #follow(): Promise<void> {
    const { oldest, head } = this.#view.journalRange();
    const isPruned = (this.#entries[0]?.seq ?? oldest) < oldest;
    if (isPruned) this.#entries = this.#entries.filter(({ seq }) => seq >= oldest);
    let next = Math.max(oldest, this.#through + 1);
    while (next <= head) {
      const page = await this.#view.readJournal(next, Math.min(pageLength, head - next + 1));
      const last = page.at(-1);
      if (last === undefined) break;
      for (const record of page) this.#entries.push(...entryOf(record));
      next = last.seq + 1;
      this.#through = last.seq;
    }
  }
}

function entryOf({ atMs, entry, seq }: JournalRecord): readonly IndexEntry[] {
  if (entry.kind !== "event" || entry.lock === null) return [];
  const event = indexed.get(entry.event);
  if (event === undefined) return [];
  return [{ seq, atMs: entry.happened?.atMs ?? atMs, lock: entry.lock, event }];
}

const indexes = new WeakMap<CommandView, EventIndex>();

/** Returns the index of a store, which is made once and covers every lock. */
export function eventIndexOf(view: CommandView): EventIndex {
  const whole = wholeOf(view);
  const known = indexes.get(whole);
  if (known !== undefined) return known;
  const made = new EventIndex(whole);
  indexes.set(whole, made);
  return made;
}

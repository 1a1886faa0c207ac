import type { LockId } from "../../core/model/door-lock.ts";
import type { EventName, JournalRecord } from "../../core/model/journal.ts";
import type { CommandView } from "../ports.ts";

/** Events of locks that people page through: the history at the door, and what the alarm list shows. */
export const indexedEvents = [
  "lockerOpenAlarm",
  "accessRefused",
  "duressAlarm",
  "wrongPwdAlarm",
  "lockJammedAlarm",
  "brokenAlarm",
  "batteryAlarm",
] as const satisfies readonly EventName[];
/** Who opened the door, and whom the lock refused by its schedule. */
export const historyEvents: ReadonlySet<EventName> = new Set(["lockerOpenAlarm", "accessRefused"]);
export type IndexedEvent = (typeof indexedEvents)[number];

/** Where an event stands in the journal, and what it can be found by. */
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
 * Where the locks' events stand in the journal. It is made when somebody first asks, by reading the
 * journal once, and from then on reads only what is new: a page costs its own records and no more. It
 * never holds more entries than the journal has records.
 */
export class EventIndex {
  readonly #view: CommandView;
  #entries: IndexEntry[] = [];
  /** The last record looked at. */
  #through = 0;
  #following: Promise<void> = Promise.resolve();

  constructor(view: CommandView) {
    this.#view = view;
  }

  /** Entries of all records on disk, the oldest first. */
  async entries(): Promise<readonly IndexEntry[]> {
    // One after the other: whoever asks meanwhile gets what the first has read.
    const followed = this.#following.then(() => this.#follow());
    this.#following = followed.catch(() => undefined);
    await followed;
    return [...this.#entries];
  }

  /** The records of these entries, in their order; what was dropped meanwhile is left out. */
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

/** The index of a store: made once. */
export function eventIndexOf(view: CommandView): EventIndex {
  const known = indexes.get(view);
  if (known !== undefined) return known;
  const made = new EventIndex(view);
  indexes.set(view, made);
  return made;
}

import type { LiveEvent, LiveEventSource, MissedEvents } from "../api/ports.ts";
import type { JournalRecord } from "../core/model/journal.ts";
import { type EnvelopeNames, eventEnvelope } from "../events/event-envelope.ts";
import type { Store } from "../store/store.ts";

/** Journal records read at a time. */
const pageLength = 64;
/** Limit of records that a watcher gets again after a break; older ones are counted in a `journalGap`. */
export const missedLimit = 1000;

/**
 * Passes committed events to watchers, as V1.6 envelopes (section 9). Nothing is read while nobody watches. Codes stay
 * sealed.
 */
export class LiveEvents implements LiveEventSource {
  readonly #store: Store;
  readonly #names: EnvelopeNames;
  readonly #nowMs: () => number;
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  #passedSeq = 0;
  #isReading = false;

  constructor(store: Store, names: EnvelopeNames, nowMs: () => number) {
    this.#store = store;
    this.#names = names;
    this.#nowMs = nowMs;
    store.onJournal((head) => this.#catchUp(head));
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    if (this.#listeners.size === 0) this.#passedSeq = this.#store.journalRange().head;
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  position(): string {
    const { epoch, head } = this.#store.journalRange();
    return idOf(epoch, this.#listeners.size === 0 ? head : this.#passedSeq);
  }

  async missed(id: string): Promise<MissedEvents> {
    const { epoch, oldest, head } = this.#store.journalRange();
    const through = idOf(epoch, head);
    const seq = seqOf(id, epoch);
    if (seq === null || seq > head) {
      // The store is another one, or was restored: nobody knows which events this watcher has.
      return { events: [this.#gap({ epoch, from: oldest, to: head }, "unknown")], through };
    }
    const from = Math.max(seq + 1, oldest, head - missedLimit + 1);
    const isWhole = from === seq + 1;
    const events = isWhole ? [] : [this.#gap({ epoch, from: seq + 1, to: from - 1 }, "pruned")];
    for (let next = from; next <= head; ) {
      const records = await this.#store.readJournal(next, Math.min(pageLength, head - next + 1));
      const last = records.at(-1);
      if (last === undefined) break;
      events.push(...records.flatMap((record) => liveEventOf(record, this.#names) ?? []));
      next = last.seq + 1;
    }
    return { events, through };
  }

  /** Returns the event that says which records a watcher does not get. It is outside the journal's sequence. */
  #gap(
    { epoch, from, to }: { readonly epoch: string; readonly from: number; readonly to: number },
    reason: "pruned" | "unknown",
  ): LiveEvent {
    const detail = { from, to, count: Math.max(0, to - from + 1), reason };
    const facts = { event: "journalGap", lock: null, atMs: this.#nowMs(), detail } as const;
    const id = idOf(epoch, to);
    const body = eventEnvelope(facts, this.#names);
    return { id, seq: to, event: "journalGap", lock: null, body };
  }

  #catchUp(head: number): void {
    if (this.#listeners.size === 0) {
      this.#passedSeq = head;
      return;
    }
    if (this.#isReading) return;
    this.#isReading = true;
    void this.#read().finally(() => {
      this.#isReading = false;
    });
  }

  async #read(): Promise<void> {
    while (this.#listeners.size > 0 && this.#passedSeq < this.#store.journalRange().head) {
      const records = await this.#store.readJournal(this.#passedSeq + 1, pageLength);
      if (records.length === 0) return;
      for (const record of records) {
        this.#passedSeq = record.seq;
        const event = liveEventOf(record, this.#names);
        if (event !== null) for (const listener of this.#listeners) listener(event);
      }
    }
  }
}

function liveEventOf(record: JournalRecord, names: EnvelopeNames): LiveEvent | null {
  const { entry, epoch, seq } = record;
  if (entry.kind !== "event") return null;
  const { event, lock, detail } = entry;
  const { atMs } = entry.happened ?? record;
  const body = { ...eventEnvelope({ event, lock, atMs, detail }, names), seq };
  return { id: idOf(epoch, seq), seq, event, lock, body };
}

function idOf(epoch: string, seq: number): string {
  return `${epoch}:${seq}`;
}

/** Returns the number in an id of this epoch, or null for any other text. */
function seqOf(id: string, epoch: string): number | null {
  const prefix = `${epoch}:`;
  if (!id.startsWith(prefix)) return null;
  const digits = id.slice(prefix.length);
  return /^[0-9]{1,15}$/.test(digits) ? Number(digits) : null;
}

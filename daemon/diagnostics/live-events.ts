import type { LiveEvent, LiveEventSource } from "../api/ports.ts";
import type { JournalRecord } from "../core/model/journal.ts";
import { type EnvelopeNames, eventEnvelope } from "../events/event-envelope.ts";
import type { Store } from "../store/store.ts";

/** Journal records read at a time. */
const pageLength = 64;

/**
 * Passes committed events to watchers, as V1.6 envelopes (section 9). Nothing is read while nobody watches. Codes stay
 * sealed.
 */
export class LiveEvents implements LiveEventSource {
  readonly #store: Store;
  readonly #names: EnvelopeNames;
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  #passedSeq = 0;
  #isReading = false;

  constructor(store: Store, names: EnvelopeNames) {
    this.#store = store;
    this.#names = names;
    store.onJournal((head) => this.#catchUp(head));
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    if (this.#listeners.size === 0) this.#passedSeq = this.#store.journalRange().head;
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
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
  return { id: `${epoch}:${seq}`, event, body };
}

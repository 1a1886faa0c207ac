import type { LiveEvent, LiveEventSource } from "../api/ports.ts";
import type { LockId } from "../core/model/door-lock.ts";
import type { JournalRecord } from "../core/model/journal.ts";
import type { DeviceName } from "../events/device-names.ts";
import type { Store } from "../store/store.ts";

/** Journal records read at a time. */
const pageLength = 64;

/** What the V1.6 envelope needs beside the record. */
export interface LiveNames {
  readonly gatewayId: string;
  /** Names of a lock, or (null) of the gateway itself. */
  nameOf(lock: LockId | null): DeviceName;
}

/**
 * Events as they are committed, for watchers, in the words of the V1.6 envelope (section 9); nothing is
 * read while nobody watches. Codes stay sealed.
 */
export class LiveEvents implements LiveEventSource {
  readonly #store: Store;
  readonly #names: LiveNames;
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  #told = 0;
  #isReading = false;

  constructor(store: Store, names: LiveNames) {
    this.#store = store;
    this.#names = names;
    store.onJournal((head) => this.#catchUp(head));
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    if (this.#listeners.size === 0) this.#told = this.#store.journalRange().head;
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #catchUp(head: number): void {
    if (this.#listeners.size === 0) {
      this.#told = head;
      return;
    }
    if (this.#isReading) return;
    this.#isReading = true;
    void this.#read().finally(() => {
      this.#isReading = false;
    });
  }

  async #read(): Promise<void> {
    while (this.#listeners.size > 0 && this.#told < this.#store.journalRange().head) {
      const records = await this.#store.readJournal(this.#told + 1, pageLength);
      if (records.length === 0) return;
      for (const record of records) {
        this.#told = record.seq;
        const event = liveEventOf(record, this.#names);
        if (event !== null) for (const listener of this.#listeners) listener(event);
      }
    }
  }
}

function liveEventOf(record: JournalRecord, names: LiveNames): LiveEvent | null {
  const { entry, epoch, seq } = record;
  if (entry.kind !== "event") return null;
  const { homeId, nickname, roomId } = names.nameOf(entry.lock);
  const { atMs } = entry.happened ?? record;
  return {
    id: `${epoch}:${seq}`,
    event: entry.event,
    body: {
      event: entry.event,
      time: Math.floor(atMs / 1000),
      uuid: entry.lock ?? names.gatewayId,
      home_id: homeId,
      ...(roomId === null ? {} : { room_id: roomId }),
      nickname,
      ...(entry.detail === null ? {} : { detail: entry.detail }),
      seq,
    },
  };
}

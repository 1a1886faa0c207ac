import type { Publication } from "./encoding/publication.ts";
import type { RejectedRecords } from "./rejected-records.ts";
import type { Sent, SentWindow } from "./sent-window.ts";

/** One message of a record, with what the window must know of it. */
export interface ReadyPublication {
  readonly topic: string;
  readonly body: string;
  readonly sent: Sent;
}

/** Encoded publications that wait for room, in the sequence in which they must be sent. */
export class ReadyPublications {
  readonly #rejected: RejectedRecords;
  #ready: ReadyPublication[] = [];

  constructor(rejected: RejectedRecords) {
    this.#rejected = rejected;
  }

  get isEmpty(): boolean {
    return this.#ready.length === 0;
  }

  /** Adds every page of a record. @param isRepeat whether the record was sent before, out of sequence */
  add(seq: number, isRepeat: boolean, publication: Publication): void {
    const { topic, body, further = [], isStub = false } = publication;
    const bodies = [body, ...further];
    for (const [index, page] of bodies.entries()) {
      const bytes = Buffer.byteLength(topic) + Buffer.byteLength(page);
      const record = { seq, bytes, isStub };
      const isAlone = !isRepeat && this.#rejected.isAlone(record);
      const isLast = index === bodies.length - 1;
      this.#ready.push({ topic, body: page, sent: { ...record, isRepeat, isLast, isAlone } });
    }
  }

  /** Removes and returns the first publication; null if the window does not admit it yet. */
  take(window: SentWindow): ReadyPublication | null {
    const [first] = this.#ready;
    if (first === undefined || !window.admits(first.sent.isAlone)) return null;
    this.#ready.shift();
    return first;
  }

  /** Drops the records up to `seq`; repeated replies stay. */
  dropThrough(seq: number): void {
    this.#ready = this.#ready.filter(({ sent }) => sent.isRepeat || sent.seq > seq);
  }

  clear(): void {
    this.#ready = [];
  }
}

import type { PublishedRecord } from "./encoding/publication.ts";

/** A publication on its way. */
export interface Sent extends PublishedRecord {
  readonly isRepeat: boolean;
  /** No further page of the same record follows. */
  readonly isLast: boolean;
  /** Nothing else may be on its way beside it. */
  readonly isAlone: boolean;
}

/** Publications in the order they were written, from the oldest that is not acknowledged. */
export class SentWindow {
  #sent: { readonly one: Sent; isAcknowledged: boolean }[] = [];

  get length(): number {
    return this.#sent.length;
  }

  add(one: Sent): void {
    this.#sent.push({ one, isAcknowledged: false });
  }

  has(seq: number): boolean {
    return this.#sent.some(({ one }) => one.seq === seq);
  }

  /** What of the journal is on its way, oldest first. */
  get records(): readonly Sent[] {
    return this.#sent.filter(({ one }) => !one.isRepeat).map(({ one }) => one);
  }

  /** Whether a publication may go out beside what is on its way. */
  admits(isAlone: boolean): boolean {
    return this.#sent.length === 0 || !(isAlone || this.#sent.some(({ one }) => one.isAlone));
  }

  /** Is it still waited for? Not when the window was cleared since: it is sent anew. */
  awaits(sent: Sent): boolean {
    return this.#sent.some(({ one }) => one === sent);
  }

  /** @returns what is acknowledged now with nothing open before it, oldest first. */
  acknowledge(sent: Sent): readonly Sent[] {
    for (const entry of this.#sent) if (entry.one === sent) entry.isAcknowledged = true;
    const firstOpen = this.#sent.findIndex(({ isAcknowledged }) => !isAcknowledged);
    const closed = this.#sent.splice(0, firstOpen === -1 ? this.#sent.length : firstOpen);
    return closed.map(({ one }) => one);
  }

  clear(): void {
    this.#sent = [];
  }
}

import type { PublishedRecord } from "./encoding/publication.ts";

/** A publication in flight. */
export interface Sent extends PublishedRecord {
  readonly isRepeat: boolean;
  /** Whether it is the last page of its record. */
  readonly isLast: boolean;
  /** Nothing else may be in flight at the same time. */
  readonly isAlone: boolean;
}

/** Publications in flight, in the sequence in which they were sent, from the oldest unacknowledged one. */
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

  /** Records of the journal in flight, oldest first; repeated replies do not count. */
  get records(): readonly Sent[] {
    return this.#sent.filter(({ one }) => !one.isRepeat).map(({ one }) => one);
  }

  /** Returns whether a publication may be sent together with those in flight. */
  admits(isAlone: boolean): boolean {
    return this.#sent.length === 0 || !(isAlone || this.#sent.some(({ one }) => one.isAlone));
  }

  /** Returns whether its acknowledgement still counts. After a clear the record is sent again. */
  awaits(sent: Sent): boolean {
    return this.#sent.some(({ one }) => one === sent);
  }

  /** Notes the acknowledgement. Returns those that are acknowledged with all before them, oldest first. */
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

/** The next journal record to send. Reports each missing record once. */
export class SendPosition {
  readonly #onGap: (from: number, to: number) => void;
  #next: number;
  /** The last missing record that was reported, or that other records replace. */
  #gapThrough = 0;

  constructor(next: number, onGap: (from: number, to: number) => void) {
    this.#next = next;
    this.#onGap = onGap;
  }

  get next(): number {
    return this.#next;
  }

  /** Sets the next record, also to one that was sent before. */
  moveTo(next: number): void {
    this.#next = next;
  }

  /** Skips the records up to `seq`, which other records replace. */
  skipReplaced(seq: number): void {
    this.#gapThrough = Math.max(this.#gapThrough, seq);
    this.#next = Math.max(this.#next, seq + 1);
  }

  /** Moves to `next`, the first record that the journal still has. */
  skipMissing(next: number): void {
    if (next <= this.#next) return;
    const to = next - 1;
    if (to > this.#gapThrough) {
      this.#onGap(Math.max(this.#next, this.#gapThrough + 1), to);
      this.#gapThrough = to;
    }
    this.#next = next;
  }
}

/** Misses in a row after which the lock counts as offline and is left alone for a while. */
export const offlineAfterMisses = 3;
const firstRetryMs = 1_000;
const breakMs = 60_000;
const longestBreakMs = 1_800_000;

/**
 * Leaves a lock alone that does not answer: 1 s and 2 s after the first misses, then 60 s doubling
 * to 30 min. Any frame from it ends the wait.
 */
export class LinkBreaker {
  readonly #monotonicMs: () => number;
  #misses = 0;
  #untilMs = 0;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  missed(): void {
    this.#misses += 1;
    const waitMs =
      this.#misses < offlineAfterMisses
        ? firstRetryMs * this.#misses
        : Math.min(longestBreakMs, breakMs * 2 ** (this.#misses - offlineAfterMisses));
    this.#untilMs = this.#monotonicMs() + waitMs;
  }

  /** @returns whether it was waiting. */
  heard(): boolean {
    const wasWaiting = this.#misses > 0;
    this.#misses = 0;
    this.#untilMs = 0;
    return wasWaiting;
  }

  /** Rest of the wait; 0 = go ahead. */
  waitMs(): number {
    return Math.max(0, this.#untilMs - this.#monotonicMs());
  }
}

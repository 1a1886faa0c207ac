import { linkPauseMs } from "../core/backoff.ts";

/** Leaves a lock alone that does not answer, for {@link linkPauseMs}. Any frame from it ends the wait. */
export class LinkBreaker {
  readonly #monotonicMs: () => number;
  #misses = 0;
  #untilMs = 0;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  missed(): void {
    this.#misses += 1;
    this.#untilMs = this.#monotonicMs() + linkPauseMs(this.#misses);
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

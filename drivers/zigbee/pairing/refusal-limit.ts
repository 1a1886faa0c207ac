/** Refused devices that are told to leave, in each stretch of {@link stretchMs}. */
const maxTold = 3;
const stretchMs = 10_000;

/**
 * How many refused devices are told to leave. Each of them takes one of herdsman's 16 requests at a time
 * for up to 10 s, and a device that only knocks never answers: what comes beyond is neither let in nor told.
 */
export class RefusalLimit {
  readonly #nowMs: () => number;
  #beganMs = Number.NEGATIVE_INFINITY;
  #told = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Whether one more may be told; counts it if so. */
  mayReport(): boolean {
    const nowMs = this.#nowMs();
    if (nowMs - this.#beganMs >= stretchMs) {
      this.#beganMs = nowMs;
      this.#told = 0;
    }
    this.#told += 1;
    return this.#told <= maxTold;
  }
}

/** Limit of refused devices that are sent away in each period of {@link periodMs}. */
const maxSentAway = 3;
const periodMs = 10_000;

/**
 * Limits how many refused devices are sent away. Each of them takes one of herdsman's 16 concurrent requests
 * for up to 10 s, and a device that only announces itself never answers: further ones are ignored.
 */
export class RefusalLimit {
  readonly #nowMs: () => number;
  #beganMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Returns whether one more device may be sent away. Each call counts. */
  maySendAway(): boolean {
    const nowMs = this.#nowMs();
    if (nowMs - this.#beganMs >= periodMs) {
      this.#beganMs = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= maxSentAway;
  }
}

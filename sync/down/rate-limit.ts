/** How many may come at once, and then how many in a second. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** Far above what people and their cloud request, and below what would delay the work at the locks. */
export const defaultCommandRate: RateLimit = { burst: 5_000, perSecond: 200 };

/** A bucket of tokens that is filled with time. */
export class TokenBucket {
  readonly #limit: RateLimit;
  readonly #monotonicMs: () => number;
  #tokens: number;
  #filledAtMs: number;

  constructor(limit: RateLimit, monotonicMs: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#monotonicMs = monotonicMs;
    this.#tokens = limit.burst;
    this.#filledAtMs = monotonicMs();
  }

  /** Takes a token. Returns false if there is none. */
  take(): boolean {
    const nowMs = this.#monotonicMs();
    const { burst, perSecond } = this.#limit;
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#filledAtMs) / 1000) * perSecond);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

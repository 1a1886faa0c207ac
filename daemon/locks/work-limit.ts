/** Limit of manual operations, over all locks, that use the radio at the same time; more of them wait. */
export const maxManualAtOnce = 4;

/**
 * Limits how much work runs at a time; the rest waits in order. The stick takes 16 requests at a time, and a
 * lock that does not answer occupies one for 10 s: without a limit a person who reads 16 such locks would
 * delay the revocations of all others.
 */
export class WorkLimit {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** @returns the result of the work, or null if `signal` was aborted before it began */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T | null> {
    if (!(await this.#begin(signal))) return null;
    try {
      return await work();
    } finally {
      this.#free += 1;
      this.#next();
    }
  }

  #begin(signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted === true) return Promise.resolve(false);
    return new Promise((resolve) => {
      const onAbort = (): void => {
        const at = this.#waiting.indexOf(begin);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve(false);
      };
      const begin = (): void => {
        signal?.removeEventListener("abort", onAbort);
        this.#free -= 1;
        resolve(true);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(begin);
      this.#next();
    });
  }

  #next(): void {
    if (this.#free > 0) this.#waiting.shift()?.();
  }
}

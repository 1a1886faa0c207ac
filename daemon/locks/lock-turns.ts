/** Who is next when the lock's radio is free: the lowest number; of equal ones, who has waited longest. */
export const turnRank = { revocation: 0, remote: 1, plan: 2, manual: 3 } as const;

/** Limit of manual operations that wait at one lock; one more is refused. The plan waits at most once. */
export const maxWaitingManual = 8;

interface Waiting {
  /** Read each time the radio is free: what the turn is for may have changed during the wait. */
  readonly rank: () => number;
  readonly begin: () => void;
  readonly isManual: boolean;
}

/** The wait for a turn ended before the turn came: its caller went away, or too many wait. */
export class TurnRefused extends Error {
  override readonly name = "TurnRefused";
}

/**
 * Gives one user of a lock's radio its turn after the other. What takes access away goes before manual
 * operations, however long these have waited; a manual operation goes when the plan has nothing to do.
 */
export class LockTurns {
  readonly #waiting: Waiting[] = [];
  #isTaken = false;

  /**
   * Resolves when it is the caller's turn. The caller must call {@link LockTurns.release} afterwards.
   * @param isManual counts against {@link maxWaitingManual}
   * @throws TurnRefused (rejects) when `signal` is aborted first, or too many wait
   */
  take(
    rank: () => number,
    { signal, isManual = false }: { signal?: AbortSignal; isManual?: boolean } = {},
  ): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(new TurnRefused("the caller went away"));
    if (!this.#isTaken) {
      this.#isTaken = true;
      return Promise.resolve();
    }
    if (isManual && this.#waiting.filter((one) => one.isManual).length >= maxWaitingManual) {
      return Promise.reject(new TurnRefused("too many wait for this lock"));
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const at = this.#waiting.indexOf(waiting);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        reject(new TurnRefused("the caller went away"));
      };
      const begin = (): void => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const waiting: Waiting = { rank, begin, isManual };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiting);
    });
  }

  release(): void {
    let best: Waiting | null = null;
    let bestRank = Number.POSITIVE_INFINITY;
    for (const waiting of this.#waiting) {
      const rank = waiting.rank();
      if (rank < bestRank) [best, bestRank] = [waiting, rank];
    }
    if (best === null) {
      this.#isTaken = false;
      return;
    }
    this.#waiting.splice(this.#waiting.indexOf(best), 1);
    best.begin();
  }
}

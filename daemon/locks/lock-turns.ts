/** Who goes first when the lock is free, lowest number first; among equals who asked first. */
export const turnRank = { revocation: 0, remote: 1, plan: 2, hand: 3 } as const;

/** A person's work that waits at one lock; what comes beyond is refused. The plan waits once at most. */
export const maxWaitingManual = 8;

interface Waiting {
  /** Asked again each time the lock is free: what a turn is for may have changed since it was asked for. */
  readonly rank: () => number;
  readonly begin: () => void;
  readonly isByHand: boolean;
}

/** The wait for a turn ended before the turn came: its caller went away, or too many wait. */
export class TurnRefused extends Error {
  override readonly name = "TurnRefused";
}

/**
 * One use of the radio at a time for one lock. What takes access away goes before whatever a person has
 * started, however long that has waited; a person's work goes as soon as the plan has nothing to do.
 */
export class LockTurns {
  readonly #waiting: Waiting[] = [];
  #isTaken = false;

  /**
   * Resolves when it is the caller's turn, who must call {@link LockTurns.release} afterwards.
   * @param isByHand counts against {@link maxWaitingManual}
   * @throws TurnRefused (rejects) when `signal` is aborted first, or too many wait
   */
  take(
    rank: () => number,
    { signal, isByHand = false }: { signal?: AbortSignal; isByHand?: boolean } = {},
  ): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(new TurnRefused("the caller went away"));
    if (!this.#isTaken) {
      this.#isTaken = true;
      return Promise.resolve();
    }
    if (isByHand && this.#waiting.filter((one) => one.isByHand).length >= maxWaitingManual) {
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
      const waiting: Waiting = { rank, begin, isByHand };
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

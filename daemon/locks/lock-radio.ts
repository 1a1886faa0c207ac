import type { LockPorts } from "./lock-ports.ts";
import { LockTurns, turnRank } from "./lock-turns.ts";

export interface TurnOptions {
  /** See {@link turnRank}; manual work when it is absent. */
  readonly rank?: () => number;
  /** Ends the wait for the turn; a turn that has begun is not ended by it. */
  readonly signal?: AbortSignal;
  /** A person started the work: the number of those that wait is limited, see `LockTurns`. */
  readonly isManual?: boolean;
}

/** Serialises radio use for one lock, with the pause that the lock needs between two operations. */
export class LockRadio {
  readonly #ports: Pick<LockPorts, "monotonicMs" | "timers">;
  readonly #spacingMs: () => number;
  readonly #turns = new LockTurns();
  #endedMs = Number.NEGATIVE_INFINITY;
  /** When the current turn began; null = there is none. */
  #turnBeganMs: number | null = null;

  /** @param spacingMs the least time between two operations of this lock, ms */
  constructor(ports: Pick<LockPorts, "monotonicMs" | "timers">, spacingMs: () => number) {
    this.#ports = ports;
    this.#spacingMs = spacingMs;
  }

  /**
   * Runs `work` in a turn of its own.
   * @throws TurnRefused (rejects) when the wait ends before the turn
   */
  async use<T>(
    work: () => Promise<T>,
    { rank = () => turnRank.manual, ...options }: TurnOptions = {},
  ): Promise<T> {
    await this.#turns.take(rank, options);
    this.#turnBeganMs = this.#ports.monotonicMs();
    try {
      await this.#pause();
      return await work();
    } finally {
      this.#endedMs = this.#ports.monotonicMs();
      this.#turnBeganMs = null;
      this.#turns.release();
    }
  }

  /** Returns for how long the current turn has lasted, ms; 0 = there is none. */
  busyMs(): number {
    return this.#turnBeganMs === null ? 0 : this.#ports.monotonicMs() - this.#turnBeganMs;
  }

  async #pause(): Promise<void> {
    const restMs = this.#spacingMs() - (this.#ports.monotonicMs() - this.#endedMs);
    if (restMs <= 0) return;
    await new Promise<void>((resolve) => {
      this.#ports.timers.after(restMs, resolve);
    });
  }
}

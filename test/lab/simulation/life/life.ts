import type { Timers } from "../../../../daemon/base/timers.ts";

/** Where a gateway's life can end: at a call through one of its ports. */
export const moments = [
  "before a commit",
  "after a commit was taken",
  "inside a commit",
  "before an operation",
  "after an operation was sent",
  "at a timer",
] as const;

export type Moment = (typeof moments)[number];

/**
 * The life of one gateway process. After its end, everything that the process waits for never happens: its
 * promises stay pending, its timers do not fire, and everything that it had not passed to the disk is lost.
 */
export class Life implements Timers {
  readonly #timers: Timers;
  #callsLeft: number | null = null;
  #only: Moment | null = null;
  #end: Moment | "at rest" | null = null;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  /** Where it ended; null = it is still running. */
  get end(): Moment | "at rest" | null {
    return this.#end;
  }

  kill(): void {
    this.#end ??= "at rest";
  }

  /** Kills it at the `calls`-th call through a port from now on, or at the `calls`-th of one kind. */
  killAfter(calls: number, only: Moment | null = null): void {
    this.#callsLeft = calls;
    this.#only = only;
  }

  /** Cancels a planned kill. */
  spare(): void {
    this.#callsLeft = null;
  }

  /** Counts a call to a port. @returns whether the life is over */
  spend(moment: Moment): boolean {
    if (this.#end !== null) return true;
    if (this.#callsLeft === null || (this.#only !== null && this.#only !== moment)) return false;
    this.#callsLeft -= 1;
    if (this.#callsLeft > 0) return false;
    this.#end = moment;
    return true;
  }

  after(delayMs: number, run: () => void): () => void {
    return this.#timers.after(delayMs, () => {
      if (!this.spend("at a timer")) run();
    });
  }
}

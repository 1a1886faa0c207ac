/** Timers as a port: a simulation runs them in its own time. */
export interface Timers {
  /** Calls `run` once after `delayMs` (0 … 2^31 − 1). @returns a function that cancels the timer. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

import type { SimulationTime } from "../radio.ts";

/** Limit of items in flight on one line; check `isFull` before adding one. */
const capacity = 1024;

/** A line on which nothing overtakes: frames of one direction of one link, bytes on a wire. */
export class DelayLine {
  readonly #time: SimulationTime;
  readonly #waiting: (() => void)[] = [];
  #lastDueMs = 0;

  constructor(time: SimulationTime) {
    this.#time = time;
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  get isFull(): boolean {
    return this.#waiting.length >= capacity;
  }

  /** Runs after `delayMs`, or later if an earlier item is later. */
  push(delayMs: number, run: () => void): void {
    const nowMs = this.#time.nowMs();
    this.#lastDueMs = Math.max(this.#lastDueMs, nowMs + delayMs);
    this.#waiting.push(run);
    this.#time.after(this.#lastDueMs - nowMs, () => this.#waiting.shift()?.());
  }

  /** Drops everything. Call it only after the alarms of its clock were dropped. */
  clear(): void {
    this.#waiting.length = 0;
    this.#lastDueMs = 0;
  }
}

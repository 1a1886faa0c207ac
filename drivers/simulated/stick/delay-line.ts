import type { SimulationTime } from "../radio.ts";

/** Things in flight on one line at a time; whoever puts one more must look at `isFull` first. */
const capacity = 1024;

/** What takes its time without overtaking: frames of one direction of one link, bytes on a wire. */
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

  /** Runs after `delayMs`, or later if what went before is later. */
  push(delayMs: number, run: () => void): void {
    const nowMs = this.#time.nowMs();
    this.#lastDueMs = Math.max(this.#lastDueMs, nowMs + delayMs);
    this.#waiting.push(run);
    this.#time.after(this.#lastDueMs - nowMs, () => this.#waiting.shift()?.());
  }

  /** Drops everything; only after its clock's alarms have been dropped. */
  clear(): void {
    this.#waiting.length = 0;
    this.#lastDueMs = 0;
  }
}

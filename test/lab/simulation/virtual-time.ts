import type { Timers } from "../../../daemon/base/timers.ts";

interface Alarm {
  readonly atMs: number;
  /** Alarms of one instant go off in the order they were set. */
  readonly order: number;
  run: (() => void) | null;
}

/** Time that moves only when the simulation moves it, from one alarm to the next. */
export class VirtualTime implements Timers {
  #nowMs: number;
  #order = 0;
  /** A binary heap by time, then by order. */
  readonly #heap: Alarm[] = [];

  /** @param startMs ms UTC: the true time, which only the simulation itself knows. */
  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const alarm: Alarm = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      order: this.#order,
      run,
    };
    this.#order += 1;
    this.#push(alarm);
    return () => {
      alarm.run = null;
    };
  }

  every(everyMs: number, run: () => void): () => void {
    let cancel = (): void => {};
    const again = (): void => {
      cancel = this.after(everyMs, () => {
        again();
        run();
      });
    };
    again();
    return () => cancel();
  }

  /** Moves on to the next alarm and lets it go off. @returns false when there is none up to `untilMs`. */
  advance(untilMs: number): boolean {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.atMs > untilMs) return false;
      this.#pop();
      if (first.run === null) continue;
      this.#nowMs = first.atMs;
      first.run();
      return true;
    }
  }

  #push(alarm: Alarm): void {
    const heap = this.#heap;
    let at = heap.push(alarm) - 1;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || isBefore(parent, alarm)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = alarm;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let childAt = 2 * at + 1;
      let child = heap[childAt];
      const right = heap[childAt + 1];
      if (child !== undefined && right !== undefined && isBefore(right, child)) {
        child = right;
        childAt += 1;
      }
      if (child === undefined || isBefore(last, child)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = last;
  }
}

function isBefore(a: Alarm, b: Alarm): boolean {
  return a.atMs !== b.atMs ? a.atMs < b.atMs : a.order < b.order;
}

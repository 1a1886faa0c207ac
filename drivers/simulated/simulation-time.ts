import type { SimulationTime } from "./radio.ts";

/** Longest delay Node's timers take without wrapping round to 1 ms. */
const maxDelayMs = 2 ** 31 - 1;

/**
 * Mulberry32: small, seedable and good enough to lose radio frames with; never for keys.
 * @returns a generator of numbers in [0, 1).
 */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The machine's own clock, monotonic.
 * @param seed of the chance; without it every run differs.
 */
export function realTime(seed: number = Math.trunc(Math.random() * 2 ** 32)): SimulationTime {
  const random = seededRandom(seed);
  return {
    nowMs: () => performance.now(),
    after(delayMs, run) {
      const timer = setTimeout(run, Math.min(Math.max(0, delayMs), maxDelayMs));
      return () => clearTimeout(timer);
    },
    random,
  };
}

interface Alarm {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that moves only when a test moves it. */
export class VirtualTime implements SimulationTime {
  readonly #random: () => number;
  readonly #alarms = new Set<Alarm>();
  #nowMs = 0;
  #nextOrder = 0;

  constructor(seed = 1) {
    this.#random = seededRandom(seed);
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const alarm = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#nextOrder++, run };
    this.#alarms.add(alarm);
    return () => {
      this.#alarms.delete(alarm);
    };
  }

  random(): number {
    return this.#random();
  }

  /** Moves the clock by `ms` and runs everything that falls due, in order of time. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#earliest(endMs); next !== undefined; next = this.#earliest(endMs)) {
      this.#alarms.delete(next);
      this.#nowMs = next.dueMs;
      next.run();
    }
    this.#nowMs = endMs;
  }

  #earliest(untilMs: number): Alarm | undefined {
    let earliest: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (alarm.dueMs > untilMs) continue;
      const isEarlier =
        earliest === undefined ||
        alarm.dueMs < earliest.dueMs ||
        (alarm.dueMs === earliest.dueMs && alarm.order < earliest.order);
      if (isEarlier) earliest = alarm;
    }
    return earliest;
  }
}

/** A share of another clock whose pending alarms can all be dropped at once (reset, close). */
export class TimeScope implements SimulationTime {
  readonly #time: SimulationTime;
  readonly #cancellations = new Set<() => void>();

  constructor(time: SimulationTime) {
    this.#time = time;
  }

  nowMs(): number {
    return this.#time.nowMs();
  }

  after(delayMs: number, run: () => void): () => void {
    const cancelAlarm = this.#time.after(delayMs, () => {
      this.#cancellations.delete(cancelAlarm);
      run();
    });
    this.#cancellations.add(cancelAlarm);
    return () => {
      this.#cancellations.delete(cancelAlarm);
      cancelAlarm();
    };
  }

  random(): number {
    return this.#time.random();
  }

  /** Drops every pending alarm that was set through this scope. */
  cancelAll(): void {
    for (const cancel of this.#cancellations) cancel();
    this.#cancellations.clear();
  }
}

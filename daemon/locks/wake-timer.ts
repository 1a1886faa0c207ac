import type { Timers } from "../base/timers.ts";
import type { LockId } from "../core/model/door-lock.ts";

/** The longest sleep: a clock that is set meanwhile is noticed within this. */
export const longestSleepMs = 60_000;

/**
 * When which lock is to be planned next, in trusted time. One timer for all, never longer than
 * {@link longestSleepMs}, so that no wait depends on one long timeout.
 */
export class WakeTimer {
  readonly #dueMs = new Map<LockId, number>();
  readonly #timers: Timers;
  readonly #nowMs: () => number;
  readonly #wake: (lock: LockId) => void;
  #cancel: (() => void) | null = null;
  #armedForMs = Number.POSITIVE_INFINITY;
  #isStopped = false;

  constructor(timers: Timers, nowMs: () => number, wake: (lock: LockId) => void) {
    this.#timers = timers;
    this.#nowMs = nowMs;
    this.#wake = wake;
  }

  /** Replaces the lock's wake; null = none. */
  set(lock: LockId, atMs: number | null): void {
    if (atMs === null) this.#dueMs.delete(lock);
    else this.#dueMs.set(lock, atMs);
    if (atMs !== null && atMs < this.#armedForMs) this.#arm();
  }

  /** Looks at once: after the clock was set. */
  check(): void {
    this.#run();
  }

  /** How late the next look is, ms: 0 unless timers do not fire. */
  lateMs(): number {
    return this.#dueMs.size === 0 ? 0 : Math.max(0, this.#nowMs() - this.#armedForMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
    this.#cancel = null;
    this.#dueMs.clear();
  }

  #arm(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#armedForMs = Number.POSITIVE_INFINITY;
    if (this.#dueMs.size === 0 || this.#isStopped) return;
    const nowMs = this.#nowMs();
    let firstMs = nowMs + longestSleepMs;
    for (const dueMs of this.#dueMs.values()) firstMs = Math.min(firstMs, dueMs);
    this.#armedForMs = firstMs;
    this.#cancel = this.#timers.after(Math.max(0, firstMs - nowMs), () => this.#run());
  }

  #run(): void {
    const nowMs = this.#nowMs();
    for (const [lock, dueMs] of this.#dueMs) {
      if (dueMs > nowMs) continue;
      this.#dueMs.delete(lock);
      this.#wake(lock);
    }
    this.#arm();
  }
}

import type { Timers } from "../base/timers.ts";
import type { LockId } from "../core/model/door-lock.ts";

/** The longest time between two looks at the clock: a clock that was set is noticed within this. */
export const longestSleepMs = 60_000;

/**
 * Wakes the reconciler of a lock. Every way from a change to the next plan ends here:
 * - `wake`: something about the lock changed on disk. A command calls it after its commit (through the
 *   assembly's `CommitWaker`), the lock keeper after it stored an event, a pairing or a lock's log;
 * - `wakeAt`: the plan has nothing to do before that time (an edge of a window, a retry, an audit);
 * - `wakeAll`: the clock was set or its state changed, so each plan may be different now.
 *
 * One timer serves all locks and never runs longer than {@link longestSleepMs}, so that no wait depends
 * on one long timeout.
 */
export class LockWaker {
  readonly #dueMs = new Map<LockId, number>();
  readonly #timers: Timers;
  readonly #nowMs: () => number;
  readonly #plan: (lock: LockId) => void;
  #cancel: (() => void) | null = null;
  #armedForMs = Number.POSITIVE_INFINITY;
  #isStopped = false;

  /**
   * @param nowMs trusted time, ms UTC
   * @param plan makes the lock's reconciler plan again
   */
  constructor(timers: Timers, nowMs: () => number, plan: (lock: LockId) => void) {
    this.#timers = timers;
    this.#nowMs = nowMs;
    this.#plan = plan;
  }

  /** Plans the lock now. */
  wake(lock: LockId): void {
    if (!this.#isStopped) this.#plan(lock);
  }

  /** Plans the lock at a time, ms UTC; replaces the time that was set before. Null = at no time. */
  wakeAt(lock: LockId, atMs: number | null): void {
    if (atMs === null) this.#dueMs.delete(lock);
    else this.#dueMs.set(lock, atMs);
    if (atMs !== null && atMs < this.#armedForMs) this.#arm();
  }

  /** Plans these locks now, and reads the clock again for the times that were set. */
  wakeAll(locks: Iterable<LockId>): void {
    for (const lock of locks) this.wake(lock);
    this.#wakeDue();
  }

  /** Returns how late the timer is, ms: 0 unless timers do not fire. */
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
    this.#cancel = this.#timers.after(Math.max(0, firstMs - nowMs), () => this.#wakeDue());
  }

  #wakeDue(): void {
    const nowMs = this.#nowMs();
    for (const [lock, dueMs] of this.#dueMs) {
      if (dueMs > nowMs) continue;
      this.#dueMs.delete(lock);
      this.wake(lock);
    }
    this.#arm();
  }
}

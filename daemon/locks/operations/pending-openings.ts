import { withLiveEvents } from "../../core/event/lock-log.ts";
import { openingGraceMs, overdueOpeningEffects } from "../../core/event/opening.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import { transactionOf } from "../effects.ts";
import { commit, type LockPorts, viewOf } from "../lock-ports.ts";

/** Added to the grace time, so that it is over when the timer fires. */
const slackMs = 50;

/** Openings that only a state report has shown. Each becomes an event of its own after the grace time. */
export class PendingOpenings {
  readonly #ports: LockPorts;
  /** Cancels the wait; at most one per lock. */
  readonly #waits = new Map<LockId, () => void>();
  #isStopped = false;

  constructor(ports: LockPorts) {
    this.#ports = ports;
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#waits.values()) cancel();
    this.#waits.clear();
  }

  /** Waits until the grace time is over for the event that says who opened. */
  wait(lock: LockId): void {
    this.#waits.get(lock)?.();
    const { store, reading, timers } = this.#ports;
    const sinceMs = reading().nowMs - (store.get("lock", [lock])?.openingPendingAtMs ?? 0);
    // A clock that was set during the wait neither lengthens nor ends it.
    const restMs =
      sinceMs < 0 || sinceMs > openingGraceMs ? openingGraceMs : openingGraceMs - sinceMs;
    const cancel = timers.after(restMs + slackMs, () => {
      this.#waits.delete(lock);
      this.record(lock);
    });
    this.#waits.set(lock, cancel);
  }

  /** Stores the opening if its grace time is over. */
  record(lock: LockId): void {
    const { store, reading, log } = this.#ports;
    const view = viewOf(store, lock);
    if (view === null || this.#isStopped) return;
    const { nowMs } = reading();
    const effects = overdueOpeningEffects(view, nowMs);
    if (effects === null) return;
    const transaction = transactionOf(lock, withLiveEvents(view, effects, null, nowMs));
    if (transaction === null) return;
    commit(this.#ports, transaction).catch((cause: unknown) => {
      log.warn({ lock, cause }, "failed to store an opening");
    });
  }
}

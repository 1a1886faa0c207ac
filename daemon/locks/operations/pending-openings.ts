import { withLiveEvents } from "../../core/event/lock-log.ts";
import { openingGraceMs, overdueOpeningEffects } from "../../core/event/opening.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import { transactionOf } from "../effects.ts";
import { commit, type LockPorts, viewOf } from "../lock-ports.ts";

/** A little later than the grace time, so that it is over when it is looked at. */
const slackMs = 50;

/** Openings that only a state report told: after the grace time each becomes a row of its own. */
export class PendingOpenings {
  readonly #ports: LockPorts;
  /** Ends the wait; at most one per lock. */
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

  /** Waits for the event that says who it was, until the grace time of the opening is over. */
  wait(lock: LockId): void {
    this.#waits.get(lock)?.();
    const { store, reading, timers } = this.#ports;
    const sinceMs = reading().nowMs - (store.get("lock", [lock])?.openingPendingAtMs ?? 0);
    // A clock that was set meanwhile neither lengthens nor ends the wait.
    const restMs =
      sinceMs < 0 || sinceMs > openingGraceMs ? openingGraceMs : openingGraceMs - sinceMs;
    const cancel = timers.after(restMs + slackMs, () => {
      this.#waits.delete(lock);
      this.record(lock);
    });
    this.#waits.set(lock, cancel);
  }

  /** Records the opening, if its time is over. */
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
      log.warn({ lock, cause }, "an opening could not be stored");
    });
  }
}

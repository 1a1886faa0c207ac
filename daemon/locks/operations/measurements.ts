import type { LockId } from "../../core/model/door-lock.ts";
import type { Effects, LockRecord, LockView } from "../../core/model/lock.ts";
import type { LockEvent } from "../../core/model/lock-event.ts";
import { put } from "../../store/store.ts";
import { commit, type LockPorts } from "../lock-ports.ts";

/** Least time between two writes of one lock's measurements; alarms are written at once. */
export const measurementEveryMs = 300_000;

/** The fields of a lock's record that a measurement changes. */
type Measured = Pick<
  LockRecord,
  | "batteryPercent"
  | "batteryAtMs"
  | "batteryStep"
  | "batteryToldAtMs"
  | "batteryLowAtMs"
  | "isZeroBatteryDoubted"
  | "isBatteryFromFlag"
>;

/**
 * Keeps a lock's measurements in memory between two writes, so that a lock which reports every second does not
 * wear out the card. A crash loses what is not written; the lock is read at the next start. There is at
 * most one entry and one timer per lock.
 */
export class Measurements {
  readonly #ports: LockPorts;
  readonly #waiting = new Map<LockId, Measured>();
  /** Cancels the pause of a lock before its next write. */
  readonly #resting = new Map<LockId, () => void>();
  #isStopped = false;

  constructor(ports: LockPorts) {
    this.#ports = ports;
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#resting.values()) cancel();
    this.#resting.clear();
    this.#waiting.clear();
  }

  /** The lock was removed. */
  forget(lock: LockId): void {
    this.#resting.get(lock)?.();
    this.#resting.delete(lock);
    this.#waiting.delete(lock);
  }

  /** Returns the view with what was measured since the last write. */
  over(view: LockView): LockView {
    const measured = this.#waiting.get(view.lock.lock);
    return measured === undefined ? view : { ...view, lock: { ...view.lock, ...measured } };
  }

  /**
   * Keeps the effects of a measurement for a later write if they can wait.
   * @returns false if the caller must write them, together with what was kept before
   */
  defers(lock: LockId, event: LockEvent, effects: Effects): boolean {
    if (event.kind !== "battery" && event.kind !== "batteryLowAlarm") return false;
    if (effects.lock === undefined || this.#isStopped) return false;
    const isAlarm = (effects.journal ?? []).length > 0;
    if (isAlarm || !this.#resting.has(lock)) {
      this.#waiting.delete(lock);
      this.#rest(lock);
      return false;
    }
    this.#waiting.set(lock, measuredOf(effects.lock));
    return true;
  }

  #rest(lock: LockId): void {
    this.#resting.get(lock)?.();
    const cancel = this.#ports.timers.after(measurementEveryMs, () => {
      this.#resting.delete(lock);
      this.#write(lock);
    });
    this.#resting.set(lock, cancel);
  }

  #write(lock: LockId): void {
    const measured = this.#waiting.get(lock);
    const record = this.#ports.store.get("lock", [lock]);
    this.#waiting.delete(lock);
    if (measured === undefined || record === undefined) return;
    this.#rest(lock);
    const changes = [put("lock", [lock], { ...record, ...measured })];
    commit(this.#ports, { changes, journal: [] }, lock).catch((cause: unknown) => {
      this.#ports.log.warn({ lock, cause }, "failed to store a measurement");
    });
  }
}

/** Returns the measured fields, with defaults for absent ones. */
function measuredOf(lock: LockRecord): Measured {
  const {
    batteryPercent,
    batteryAtMs,
    batteryStep,
    batteryToldAtMs,
    batteryLowAtMs = null,
    isZeroBatteryDoubted = false,
    isBatteryFromFlag = false,
  } = lock;
  return {
    batteryPercent,
    batteryAtMs,
    batteryStep,
    batteryToldAtMs,
    batteryLowAtMs,
    isZeroBatteryDoubted,
    isBatteryFromFlag,
  };
}

import type { LockId } from "../../core/model/door-lock.ts";
import type { Effects, LockRecord, LockView } from "../../core/model/lock.ts";
import type { LockEvent } from "../../core/model/lock-event.ts";
import { put } from "../../store/store.ts";
import { commit, type LockPorts } from "../lock-ports.ts";

/** Measurements of one lock are written at most this often; alarms are written at once. */
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
 * Keeps what a lock measures in memory between two writes, so that a lock that reports every second
 * does not wear out the card. What is not written yet is lost in a crash: the lock is asked at the start.
 * At most one entry and one timer per lock.
 */
export class Measurements {
  readonly #ports: LockPorts;
  readonly #waiting = new Map<LockId, Measured>();
  /** Locks of which a measurement was written lately, and what ends their wait for the next write. */
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

  /** The view with what was measured since the last write. */
  over(view: LockView): LockView {
    const measured = this.#waiting.get(view.lock.lock);
    return measured === undefined ? view : { ...view, lock: { ...view.lock, ...measured } };
  }

  /**
   * Keeps the effects of a measurement for a later write, if they need not be written now.
   * @returns whether it did; otherwise the caller writes them, with what was waiting.
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
      this.#ports.log.warn({ lock, cause }, "a measurement could not be stored");
    });
  }
}

/** The fields of its own, absent ones as what they stand for. */
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

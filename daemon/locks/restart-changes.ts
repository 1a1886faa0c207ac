import { unknownClock } from "../core/model/lock/lock-clock.ts";
import { type Change, put, type Store } from "../store/store.ts";

/** The zone that the locks' clocks were last measured in. */
const zoneSetting = ["locks.timeZone"] as const;

/**
 * Returns what a start changes in the records before anything is planned: time has passed without a plan, and
 * the outcome of the last operation may be unknown.
 * @param timeZone the configured zone; absent = locks get no schedules
 */
export function restartChanges(store: Store, nowMs: number, timeZone: string | undefined) {
  return [...slotChanges(store, nowMs), ...zoneChanges(store, nowMs, timeZone)];
}

/** Makes slots unknown that may differ from their records, and ends waits for a retry. */
function* slotChanges(store: Store, nowMs: number): Generator<Change> {
  for (const slot of store.list("slot")) {
    const isWaiting = slot.retryAtMs !== null && slot.retryAtMs > nowMs;
    if (!slot.mayDiffer && !isWaiting) continue;
    const begun = isWaiting ? { ...slot, retryAtMs: nowMs } : slot;
    const unread = { ...begun, content: { kind: "unknown" }, mayDiffer: false } as const;
    yield put("slot", [slot.lock, slot.userId], slot.mayDiffer ? unread : begun);
  }
}

/**
 * Makes the locks' clocks unknown after another zone was configured. No lock enforces a schedule until its clock is
 * written or measured again, because a schedule of one zone would be wrong on a clock of the other.
 */
function* zoneChanges(
  store: Store,
  nowMs: number,
  timeZone: string | undefined,
): Generator<Change> {
  if (timeZone === undefined) return;
  const known = store.get("setting", zoneSetting)?.value;
  if (known === timeZone) return;
  yield put("setting", zoneSetting, { value: timeZone });
  // A store without this setting was only ever used in one zone.
  if (known === undefined) return;
  for (const lock of store.list("lock")) {
    yield put("lock", [lock.lock], {
      ...lock,
      lockClock: { ...unknownClock, measuredAtMs: nowMs },
    });
  }
}

import { unknownClock } from "../core/model/lock/lock-clock.ts";
import { type Change, put, type Store } from "../store/store.ts";

/** The zone that the locks' clocks were last measured in. */
const zoneSetting = ["locks.timeZone"] as const;

/**
 * What a start makes of the records before anything is planned: nobody counted meanwhile, and how the
 * last operation ended was perhaps not heard.
 * @param timeZone that is configured; absent = windows are never told to locks
 */
export function restartChanges(store: Store, nowMs: number, timeZone: string | undefined) {
  return [...slotChanges(store, nowMs), ...zoneChanges(store, nowMs, timeZone)];
}

/** Slots that may differ from their records are doubted; what was to be waited for is tried now. */
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
 * Another zone was configured than the one in which the locks' clocks were set and measured: what
 * they show is not known any more. Until they are written or heard again they guard nothing, so that
 * no schedule is told in one zone to a clock that goes by the other.
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
  // A store from before this was kept has lived in one zone.
  if (known === undefined) return;
  for (const lock of store.list("lock")) {
    yield put("lock", [lock.lock], {
      ...lock,
      lockClock: { ...unknownClock, measuredAtMs: nowMs },
    });
  }
}

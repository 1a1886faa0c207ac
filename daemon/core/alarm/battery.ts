import type { EventEntry } from "../model/journal.ts";
import type { Effects, LockRecord } from "../model/lock.ts";
import { batteryStep } from "./alarm-policies.ts";

const hourMs = 3_600_000;
/** Known percentage from which a value of 0 is believed at once. */
const believableFallPercent = 20;
/** A change of one point is a waver for this long; then it is kept. */
const waverMs = hourMs;
/** A value that stays the same is kept again after this long, so that its age can be told. */
const refreshMs = 6 * hourMs;
/** A percentage that is older says nothing against the lock's own flag. */
const percentLifeMs = 25 * hourMs;
/** What the flag stands for where the lock tells no percentage. */
const flagPercent = { low: 10, over: 11 } as const;

/**
 * The lock told its battery. Alarms follow the policy of {@link batteryStep}. A single 0 after more than
 * 20 % is a placeholder until the next value is low too: some locks send it before they have measured.
 * Of changes without an alarm only those of two points and more are kept at once.
 * @param percent 0 … 100; not a number changes nothing
 */
export function batteryEffects(lock: LockRecord, percent: number, nowMs: number): Effects {
  if (!Number.isFinite(percent)) return {};
  if (isPlaceholder(lock, percent)) return { lock: { ...lock, isZeroBatteryDoubted: true } };
  return effectsOfPercentage(lock, percent, nowMs, { isFromFlag: false });
}

/** The lock raised or lowered its own flag for a low battery, which says nothing beside a percentage. */
export function batteryFlagEffects(lock: LockRecord, isOver: boolean, nowMs: number): Effects {
  if (hasPercentage(lock, nowMs)) return {};
  const isFlagKnown = lock.isBatteryFromFlag === true;
  if (isOver && !isFlagKnown) return {};
  const percent = isOver ? flagPercent.over : flagPercent.low;
  return effectsOfPercentage(lock, percent, nowMs, { isFromFlag: true });
}

function isPlaceholder(lock: LockRecord, percent: number): boolean {
  if (percent !== 0 || lock.isZeroBatteryDoubted === true || lock.batteryStep !== null)
    return false;
  return lock.batteryPercent === null || lock.batteryPercent > believableFallPercent;
}

function hasPercentage(
  { batteryPercent, batteryAtMs, isBatteryFromFlag }: LockRecord,
  nowMs: number,
) {
  if (batteryPercent === null || isBatteryFromFlag === true) return false;
  return batteryAtMs === null || nowMs - batteryAtMs <= percentLifeMs;
}

function effectsOfPercentage(
  lock: LockRecord,
  percent: number,
  nowMs: number,
  { isFromFlag }: { readonly isFromFlag: boolean },
): Effects {
  const { state, events } = batteryStep(lock, percent, nowMs);
  const { batteryStep: step, batteryToldAtMs, batteryLowAtMs = null } = state;
  const isSameState = batteryLowAtMs === (lock.batteryLowAtMs ?? null);
  const isKept = events.length > 0 || !isSameState || isNews(lock, percent, nowMs);
  const isSameSource = (lock.isBatteryFromFlag ?? false) === isFromFlag;
  if (!isKept && isSameSource && lock.isZeroBatteryDoubted !== true) return {};
  const next: LockRecord = {
    ...lock,
    batteryPercent: percent,
    batteryAtMs: nowMs,
    batteryStep: step,
    batteryToldAtMs,
    batteryLowAtMs,
    isZeroBatteryDoubted: false,
    isBatteryFromFlag: isFromFlag,
  };
  return {
    lock: next,
    journal: events.map(
      (event): EventEntry => ({
        kind: "event",
        event,
        lock: lock.lock,
        detail: { battery_level: percent },
      }),
    ),
  };
}

function isNews({ batteryPercent, batteryAtMs }: LockRecord, percent: number, nowMs: number) {
  if (batteryPercent === null || batteryAtMs === null || batteryAtMs > nowMs) return true;
  const change = Math.abs(percent - batteryPercent);
  if (change >= 2) return true;
  return nowMs - batteryAtMs >= (change === 0 ? refreshMs : waverMs);
}

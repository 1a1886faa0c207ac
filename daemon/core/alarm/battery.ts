import type { EventEntry } from "../model/journal.ts";
import type { Effects, LockRecord } from "../model/lock.ts";
import { batteryStep } from "./alarm-policies.ts";

const hourMs = 3_600_000;
/** From a known percentage of at most this, a value of 0 is believed at once. */
const believableFallPercent = 20;
/** A change of one point is stored only after this time, because values waver. */
const waverMs = hourMs;
/** An unchanged value is stored again after this time, so that its age is known. */
const refreshMs = 6 * hourMs;
/** An older percentage does not outweigh the lock's own flag. */
const percentLifeMs = 25 * hourMs;
/** The percentage that the flag stands for if the lock reports none. */
const flagPercent = { low: 10, over: 11 } as const;

/**
 * Returns the effects of a reported battery percentage. {@link batteryStep} decides on alarms. A single 0 after
 * more than 20 % is a placeholder until the next value is low too: some locks send it before they have measured.
 * A change without an alarm is stored at once only if it is at least two points.
 * @param percent 0 … 100; NaN changes nothing
 */
export function batteryEffects(lock: LockRecord, percent: number, nowMs: number): Effects {
  if (!Number.isFinite(percent)) return {};
  if (isPlaceholder(lock, percent)) return { lock: { ...lock, isZeroBatteryDoubted: true } };
  return effectsOfPercentage(lock, percent, nowMs, { isFromFlag: false });
}

/** Returns the effects of the lock's own flag for a low battery. The flag does not count beside a percentage. */
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

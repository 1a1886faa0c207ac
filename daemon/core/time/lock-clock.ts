import type { TimeReading } from "../model/clock.ts";
import type { LockClock } from "../model/lock/lock-clock.ts";
import type { LockRecord } from "../model/lock.ts";
import { offsetMs } from "./time-zone.ts";
import { fromZigbeeUtc, toZigbeeLocal, zoneShift } from "./zigbee-time.ts";

/** A clock that is off by more than this enforces nothing. */
export const driftLimitSeconds = 60;
const dayMs = 86_400_000;
/** latchd writes a lock's clock this often, and after each change of the offset. */
export const rewriteMs = dayMs;
/** latchd writes a clock that was wrong, or whose write was refused, again after this time. */
const retryMs = 600_000;
/** A measurement with the same result is stored again only after this time. */
const remeasureMs = 3_600_000;
const sameDriftSeconds = 5;
/**
 * An older measurement proves nothing about now. Even a bad clock does not drift far in this time, and latchd
 * reads every readable clock once a day.
 */
export const measurementLifeMs = 26 * 3_600_000;

export type ClockOperation = { readonly name: "writeTime" } | { readonly name: "readTime" };

/** The next operation on a lock's clock, and when to check again. */
export interface ClockDue {
  readonly operation: ClockOperation | null;
  readonly wakeAtMs: number | null;
}

/**
 * Returns the next operation on a lock's clock. A lock with the Time cluster as a server is written once a day,
 * after each change of the offset (daylight saving) and if it was wrong, and read after each write. Other locks
 * ask for the time by themselves.
 */
export function clockDue(lock: LockRecord, time: TimeReading, timeZone: string): ClockDue {
  if (lock.capabilities.clock !== "server" || time.state === "lost") {
    return { operation: null, wakeAtMs: null };
  }
  const { writtenAtMs, writtenOffsetSeconds, measuredAtMs, state, declinedAtMs } = lock.lockClock;
  const declinedMs = declinedAtMs ?? Number.NEGATIVE_INFINITY;
  // If the lock did not show its clock after a write, the read is repeated after the next write.
  const isUnread = writtenAtMs !== null && (measuredAtMs === null || measuredAtMs < writtenAtMs);
  if (isUnread && declinedMs < writtenAtMs) {
    return { operation: { name: "readTime" }, wakeAtMs: null };
  }
  const isWrong = state !== "healthy" || writtenOffsetSeconds !== offsetOf(timeZone, time.nowMs);
  const rewriteAtMs = writtenAtMs === null ? 0 : writtenAtMs + (isWrong ? retryMs : rewriteMs);
  const dueMs = Math.max(rewriteAtMs, declinedMs + retryMs);
  if (dueMs <= time.nowMs) return { operation: { name: "writeTime" }, wakeAtMs: null };
  return { operation: null, wakeAtMs: dueMs };
}

/**
 * Returns whether the clock is known to show the right wall time now: it was measured recently, and the offset has
 * not changed since, because the lock may have missed a change.
 * @param timeZone of the lock's clock
 */
export function keepsTime({ lockClock }: LockRecord, timeZone: string, nowMs: number): boolean {
  const { state, measuredAtMs } = lockClock;
  if (state !== "healthy" || measuredAtMs === null) return false;
  if (nowMs - measuredAtMs > measurementLifeMs) return false;
  return offsetMs(timeZone, measuredAtMs) === offsetMs(timeZone, nowMs);
}

/**
 * Returns when {@link keepsTime} may become false by itself; null = it is false now. The result is at most a day
 * away: the caller then checks again.
 * @param timeZone of the lock's clock
 */
export function clockRecheckMs(lock: LockRecord, timeZone: string, nowMs: number): number | null {
  const { measuredAtMs } = lock.lockClock;
  if (measuredAtMs === null || !keepsTime(lock, timeZone, nowMs)) return null;
  const staleMs = measuredAtMs + measurementLifeMs + 1;
  const tomorrowMs = nowMs + dayMs;
  return Math.min(staleMs, offsetTurnMs(timeZone, nowMs, tomorrowMs) ?? tomorrowMs);
}

/**
 * Returns since when {@link keepsTime} is false, ms UTC; null = it is true now, or never was.
 * @param timeZone of the lock's clock
 */
export function clockDoubtSinceMs(
  lock: LockRecord,
  timeZone: string,
  nowMs: number,
): number | null {
  const { state, measuredAtMs } = lock.lockClock;
  if (measuredAtMs === null || keepsTime(lock, timeZone, nowMs)) return null;
  if (state !== "healthy") return measuredAtMs;
  const staleMs = measuredAtMs + measurementLifeMs + 1;
  const lastMs = Math.min(nowMs, staleMs);
  for (let fromMs = measuredAtMs; fromMs < lastMs; fromMs += dayMs) {
    const turnMs = offsetTurnMs(timeZone, fromMs, Math.min(fromMs + dayMs, lastMs));
    if (turnMs !== null) return turnMs;
  }
  return lastMs;
}

/**
 * Returns the first instant of another offset from UTC; null = both ends, at most a day apart, have the same
 * offset.
 */
function offsetTurnMs(timeZone: string, fromMs: number, toMs: number): number | null {
  const offset = offsetMs(timeZone, fromMs);
  if (offsetMs(timeZone, toMs) === offset) return null;
  let sameMs = fromMs;
  let turnMs = toMs;
  while (turnMs - sameMs > 1) {
    const middleMs = Math.floor((sameMs + turnMs) / 2);
    if (offsetMs(timeZone, middleMs) === offset) sameMs = middleMs;
    else turnMs = middleMs;
  }
  return turnMs;
}

/** Returns the standard offset and the daylight saving shift together, s. */
export function offsetOf(timeZone: string, atMs: number): number {
  const { zoneSeconds, dstSeconds } = zoneShift(timeZone, atMs);
  return zoneSeconds + dstSeconds;
}

/** The outcome of Write Attributes or Read Attributes of the Time cluster; `utcSeconds` as it was read. */
export type ClockOutcome =
  | { readonly kind: "written" }
  | { readonly kind: "shown"; readonly utcSeconds: number | null }
  | { readonly kind: "declined" };

/** Returns the state of the clock after the outcome of an operation on it. */
export function clockAfter(
  lock: LockRecord,
  outcome: ClockOutcome,
  nowMs: number,
  timeZone: string,
): LockClock {
  const clock = lock.lockClock;
  switch (outcome.kind) {
    case "written":
      return { ...clock, writtenAtMs: nowMs, writtenOffsetSeconds: offsetOf(timeZone, nowMs) };
    case "declined":
      // A clock that was measured as right counts as right for as long as the measurement does.
      if (clock.state === "healthy") return { ...clock, declinedAtMs: nowMs };
      return { ...clock, state: "absent", measuredAtMs: nowMs, declinedAtMs: nowMs };
    case "shown": {
      const shownMs = outcome.utcSeconds === null ? null : fromZigbeeUtc(outcome.utcSeconds);
      if (shownMs === null) return { ...clock, state: "absent", measuredAtMs: nowMs };
      return measured(clock, Math.round((shownMs - nowMs) / 1000), nowMs);
    }
  }
}

/**
 * Returns the lock after an event with its wall clock, which is compared with the trusted time.
 * @param localSeconds ZigBee local time; null = the lock says that it has none.
 * @returns null if there is no news.
 */
export function clockAfterEvent(
  lock: LockRecord,
  localSeconds: number | null,
  time: TimeReading,
  timeZone: string,
): LockRecord | null {
  const { clock } = lock.capabilities;
  if (clock === "absent" || time.state === "lost") return null;
  const before = lock.lockClock;
  if (localSeconds === null) {
    // A lock with a readable clock may still leave the time out of its events.
    if (clock === "server" || before.state === "absent") return null;
    return { ...lock, lockClock: { ...before, state: "absent", measuredAtMs: time.nowMs } };
  }
  const drift = localSeconds - toZigbeeLocal(time.nowMs, timeZone);
  const next = measured(before, drift, time.nowMs);
  const isSame =
    next.state === before.state &&
    before.driftSeconds !== null &&
    Math.abs(drift - before.driftSeconds) < sameDriftSeconds &&
    time.nowMs - (before.measuredAtMs ?? 0) < remeasureMs;
  return isSame ? null : { ...lock, lockClock: next };
}

function measured(clock: LockClock, driftSeconds: number, nowMs: number): LockClock {
  const isHealthy = Math.abs(driftSeconds) <= driftLimitSeconds;
  return {
    ...clock,
    state: isHealthy ? "healthy" : "drifting",
    driftSeconds,
    measuredAtMs: nowMs,
  };
}

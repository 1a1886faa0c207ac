import type { TimeReading } from "../model/clock.ts";
import type { LockClock } from "../model/lock/lock-clock.ts";
import type { LockRecord } from "../model/lock.ts";
import { offsetMs } from "./time-zone.ts";
import { fromZigbeeUtc, toZigbeeLocal, zoneShift } from "./zigbee-time.ts";

/** A clock further off than this guards nothing. */
export const driftLimitSeconds = 60;
const dayMs = 86_400_000;
/** A lock that takes its time from us gets it so often, and at each change of the offset. */
export const rewriteMs = dayMs;
/** A clock that was found wrong, or would not be written, is not written again before this. */
const retryMs = 600_000;
/** A measurement that says the same is not worth a write to the store before this. */
const remeasureMs = 3_600_000;
const sameDriftSeconds = 5;
/**
 * A measurement that is older says nothing of now: even a bad clock does not run far off in so long,
 * and a clock that can be read is read every day.
 */
export const measurementLifeMs = 26 * 3_600_000;

export type ClockOperation = { readonly name: "writeTime" } | { readonly name: "readTime" };

/** What is to be done about a lock's clock, and when to look again. */
export interface ClockDue {
  readonly operation: ClockOperation | null;
  readonly wakeAtMs: number | null;
}

/**
 * A lock that has the Time cluster as a server is written once a day, after each change of the offset
 * (daylight saving) and when it was found wrong, and read back after it. Any other lock asks by itself.
 */
export function clockDue(lock: LockRecord, time: TimeReading, timeZone: string): ClockDue {
  if (lock.capabilities.clock !== "server" || time.state === "lost") {
    return { operation: null, wakeAtMs: null };
  }
  const { writtenAtMs, writtenOffsetSeconds, measuredAtMs, state, declinedAtMs } = lock.lockClock;
  const declinedMs = declinedAtMs ?? Number.NEGATIVE_INFINITY;
  // What it would not show after a write it is asked for again after the next one.
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
 * Is the clock known to show the right wall time now? It was measured not too long ago, and not on
 * the other side of a change of daylight saving, which a lock may have missed.
 * @param timeZone of the lock's clock
 */
export function keepsTime({ lockClock }: LockRecord, timeZone: string, nowMs: number): boolean {
  const { state, measuredAtMs } = lockClock;
  if (state !== "healthy" || measuredAtMs === null) return false;
  if (nowMs - measuredAtMs > measurementLifeMs) return false;
  return offsetMs(timeZone, measuredAtMs) === offsetMs(timeZone, nowMs);
}

/**
 * When {@link keepsTime} may turn false by itself; null = it does not hold now. Never later than in
 * a day: then it is to be asked again.
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
 * Since when {@link keepsTime} does not hold, ms UTC; null = it holds now, or it never did.
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

/** The first instant of another offset from UTC; null = the offset is the same at both ends, a day apart at most. */
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

/** Standard offset and daylight saving together, s. */
export function offsetOf(timeZone: string, atMs: number): number {
  const { zoneSeconds, dstSeconds } = zoneShift(timeZone, atMs);
  return zoneSeconds + dstSeconds;
}

/** How Write Attributes or Read Attributes of the Time cluster ended; `utcSeconds` as it was read. */
export type ClockOutcome =
  | { readonly kind: "written" }
  | { readonly kind: "shown"; readonly utcSeconds: number | null }
  | { readonly kind: "declined" };

/** What the end of a clock operation says of the clock. */
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
      // A clock that was seen to be right is so for as long as that counts, and no longer.
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
 * A lock's event bore its wall clock: compares it with the truth.
 * @param localSeconds ZigBee local time; null = the lock says that it has none.
 * @returns the record to keep, or null when there is no news.
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
    // A lock whose clock can be read may leave it out of its events all the same.
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

import type { LockSchedules } from "../model/enforcement.ts";
import type { LockView } from "../model/lock.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import { canRead, nothingToDo, type PlanInput, rank, type Work } from "../plan/plan-work.ts";
import { isOver } from "../plan/target.ts";
import { clockDue, clockRecheckMs, keepsTime } from "../time/lock-clock.ts";
import {
  enforcementSteps,
  firstScheduleId,
  leftoverSchedules,
  preloadMs,
  sameSchedules,
  wantedSchedules,
  weekAloneMs,
  type ZonedMoment,
} from "./slot-enforcement.ts";

/**
 * Returns when the schedules that the lock should have for this window change next, ms UTC; null = never. The edges of
 * a week's own intervals are not counted.
 */
export function preloadAtMs({ view, time }: PlanInput, password: PasswordRecord): number | null {
  const { yearDaySchedulesPerUser, weekDaySchedulesPerUser } = view.lock.capabilities;
  if (yearDaySchedulesPerUser === 0 && weekDaySchedulesPerUser === 0) return null;
  const { beginMs, endMs, weekly } = password.window;
  const isWeekly = weekly !== null;
  const loadMs = beginMs === null ? null : beginMs - (isWeekly ? 0 : preloadMs);
  if (loadMs !== null && loadMs > time.nowMs) return loadMs;
  if (!isWeekly || endMs === null) return null;
  return endMs - weekAloneMs > time.nowMs ? endMs - weekAloneMs : null;
}

/**
 * Returns the schedules under which a code can be loaded before its window opens, or null if the gateway must
 * wait for the window. That is a week between two of its intervals, or a one-off window that begins within
 * {@link preloadMs}, on a lock whose clock is right and whose codes can be disabled.
 */
export function preloadSchedules(input: PlanInput, password: PasswordRecord): LockSchedules | null {
  const { view, time, timeZone } = input;
  const { nowMs } = time;
  const { beginMs, weekly } = password.window;
  const isNear = beginMs !== null && nowMs < beginMs && beginMs - nowMs <= preloadMs;
  if (weekly === null && !isNear) return null;
  if (timeZone === undefined || password.isFrozen || isOver(password, nowMs)) return null;
  if (!canRead(view) || view.lock.capabilities.userStatus === "no") return null;
  const wanted = wantedSchedules(password, view.lock, zonedMoment(input));
  return wanted !== null && keepsTime(view.lock, timeZone, nowMs) ? wanted : null;
}

/** Returns the moment in the zone of the lock's clock. */
export function zonedMoment({ time, timeZone }: PlanInput): ZonedMoment {
  return { timeZone, nowMs: time.nowMs };
}

/** Returns the work that makes the gateway alone enforce the window of the code in this slot. */
export function unrestrictWork(slot: SlotRecord, dueMs: number): Work {
  const { userId } = slot;
  const operation = { name: "setUserType", userId, userType: "unrestricted" } as const;
  return { kind: "step", step: { kind: "enforce", operation, slot }, rank: rank.grant, dueMs };
}

/** Says whether the lock is being programmed with just these schedules. */
export function isUnderWay({ guard }: SlotRecord, wanted: LockSchedules | null): boolean {
  return wanted !== null && guard.kind === "programming" && sameSchedules(guard.schedules, wanted);
}

/** Returns the next command or read that programs the lock with these schedules. */
export function programmingWork(
  { lock }: LockView,
  slot: SlotRecord,
  { schedules, dueMs }: { readonly schedules: LockSchedules; readonly dueMs: number },
): Work {
  const { guard } = slot;
  const isBegun = isUnderWay(slot, schedules);
  const stepsDone = isBegun && guard.kind === "programming" ? guard.stepsDone : 0;
  const schedulesSent = isBegun ? slot.schedulesSent : leftoverSchedules(slot);
  const begun: SlotRecord = {
    ...slot,
    schedulesSent,
    guard: { kind: "programming", schedules, stepsDone },
  };
  const operation = enforcementSteps(schedules, begun, firstScheduleId(lock))[stepsDone];
  if (operation === undefined) return nothingToDo;
  const step = { kind: "enforce", operation, slot: begun } as const;
  return { kind: "step", step, rank: rank.enforcement, dueMs };
}

/** Returns the next write or read of the lock's clock, or when the clock's time will be in doubt. */
export function clockWork({ view, time, timeZone }: PlanInput): Work {
  if (timeZone === undefined) return nothingToDo;
  const { operation, wakeAtMs } = clockDue(view.lock, time, timeZone);
  if (operation === null) {
    const doubtMs = clockRecheckMs(view.lock, timeZone, time.nowMs);
    const soonerMs = Math.min(wakeAtMs ?? doubtMs ?? 0, doubtMs ?? wakeAtMs ?? 0);
    return { kind: "none", wakeAtMs: soonerMs === 0 ? null : soonerMs };
  }
  return { kind: "step", step: { kind: "clock", operation }, rank: rank.clock, dueMs: 0 };
}

import type { WeekDaySchedule, YearDaySchedule } from "../model/door-lock.ts";
import type { LockSchedules, SlotEnforcement } from "../model/enforcement.ts";
import type { LockRecord } from "../model/lock.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { EnforcementOperation } from "../model/slot-operation.ts";
import type { Window } from "../model/window.ts";
import { isOver } from "../plan/target.ts";
import { keepsTime } from "../time/lock-clock.ts";
import { toLockSchedules } from "./lock-schedules.ts";

/** How long after its first refusal a lock gets schedules again, ms. */
export const schedulingRetryMs = 86_400_000;

/** How long before its begin the code of a one-off window can be loaded, ms: the lock itself keeps it shut. */
export const preloadMs = 72 * 3_600_000;

/** How slow a clock may be that counts as healthy, ms. A begin in the past is sent to the lock earlier by this. */
export const beginSlackMs = 60_000;

/**
 * ZCL has no user type for a week with dates. The lock gets only the hours of such a password, while its end is
 * further away than this, ms: a gateway that is dead for less leaves no code that opens after the end.
 */
export const weekAloneMs = 8 * 86_400_000;

/** A moment, and the zone in which the lock's clock shows it. */
export interface ZonedMoment {
  /** IANA zone that the locks' clocks show; undefined = not known. */
  readonly timeZone: string | undefined;
  readonly nowMs: number;
}

/**
 * Returns the schedules with which this lock should enforce this password's window, or null if only the gateway can:
 * there is no window or ZCL cannot express it, or the lock has no schedules, has a wrong clock or has refused them.
 * After the begin of a one-off window the lock gets a begin that is {@link beginSlackMs} earlier: a lock whose clock is
 * slow must not keep the tenant out, and the past lets nobody in. Of a week with dates the lock gets the hours, from
 * the begin until {@link weekAloneMs} before the end.
 */
export function wantedSchedules(
  password: PasswordRecord,
  lock: LockRecord,
  { timeZone, nowMs }: ZonedMoment,
): LockSchedules | null {
  if (timeZone === undefined || password.id === administratorId) return null;
  if (lock.lockClock.state !== "healthy") return null;
  const { capabilities, scheduling } = lock;
  const window = windowForLock(password.window, nowMs);
  if (window === null) return null;
  const schedules = toLockSchedules(window, {
    yearDaySchedulesPerUser: capabilities.yearDaySchedulesPerUser,
    weekDaySchedulesPerUser: capabilities.weekDaySchedulesPerUser,
    takesSeveralDays: scheduling.takesSeveralDays,
    timeZone,
    nowMs,
  });
  const isPutOff = scheduling.retryAtMs !== undefined && nowMs < scheduling.retryAtMs;
  if (schedules === null || isPutOff) return null;
  return scheduling[schedules.userType] === "no" ? null : schedules;
}

/** Returns the part of a window that a lock should enforce now, or null if there is none. */
function windowForLock(window: Window, nowMs: number): Window | null {
  const { beginMs, endMs, weekly } = window;
  const hasBegun = beginMs === null || beginMs <= nowMs;
  if (weekly !== null) {
    const isEndFar = endMs === null || endMs - nowMs > weekAloneMs;
    return hasBegun && isEndFar ? { beginMs: null, endMs: null, weekly } : null;
  }
  return hasBegun && beginMs !== null ? { ...window, beginMs: beginMs - beginSlackMs } : window;
}

/**
 * Returns the sequence of operations that programs a lock: every schedule first, then clearing those of an earlier
 * password, then the user type, which makes the schedules count; then all are read back. A user type without its
 * schedule would lock the tenant out, and a left-over schedule would let him in outside his window.
 * @param slot its `schedulesSent` and `unseenYearDays` say which schedules may be in the lock
 * @param firstId the id of a user's first schedule on this lock, 0 by the ZCL
 */
export function enforcementSteps(
  schedules: LockSchedules,
  { userId, schedulesSent, unseenYearDays = 0 }: SlotRecord,
  firstId = 0,
): readonly EnforcementOperation[] {
  const steps: EnforcementOperation[] = [];
  const count = schedules.userType === "yearDay" ? 1 : schedules.weekDay.length;
  if (schedules.userType === "yearDay") {
    const schedule = schedules.yearDay;
    steps.push({ name: "setYearDaySchedule", userId, scheduleId: firstId, schedule });
  } else {
    for (const [index, schedule] of schedules.weekDay.entries()) {
      steps.push({ name: "setWeekDaySchedule", userId, scheduleId: firstId + index, schedule });
    }
  }
  const isYearDay = schedules.userType === "yearDay";
  // A stay needs one schedule, the first, which is overwritten; a week may need fewer than the one before.
  const leftover = isYearDay ? unseenYearDays : schedulesSent;
  const clear = isYearDay ? "clearYearDaySchedule" : "clearWeekDaySchedule";
  // Schedules may have been sent while ids were assumed to run from 0.
  const isShifted = firstId > 0 && leftover > 0;
  if (isShifted) steps.push({ name: clear, userId, scheduleId: 0 });
  for (let index = count; index < leftover; index += 1) {
    steps.push({ name: clear, userId, scheduleId: firstId + index });
  }
  steps.push({ name: "setUserType", userId, userType: schedules.userType });
  const get = isYearDay ? "getYearDaySchedule" : "getWeekDaySchedule";
  for (let index = 0; index < count; index += 1) {
    steps.push({ name: get, userId, scheduleId: firstId + index });
  }
  steps.push({ name: "getUserType", userId });
  return steps;
}

/** Returns the id of a user's first schedule on this lock, as far as it has shown. */
export function firstScheduleId({ scheduling }: LockRecord): number {
  return scheduling.firstScheduleId ?? 0;
}

/** Returns how many schedule ids these schedules need. */
export function scheduleCount(schedules: LockSchedules): number {
  return schedules.userType === "yearDay" ? 1 : schedules.weekDay.length;
}

/**
 * Limit of week-day schedules, and of year-day schedules, of one user that a newly paired lock is assumed to hold.
 * They are cleared when the slot gets its first week or stay. Schedules beyond the limit stay in the lock.
 */
export const unseenSchedulesLimit = 10;

/**
 * Returns how many week-day schedules of a slot may be in the lock, whatever password has the slot: they survive
 * stays, new codes and keypad edits, and would count again with the next week.
 */
export function leftoverSchedules(slot: {
  readonly guard: SlotEnforcement;
  readonly schedulesSent: number;
}): number {
  const { guard, schedulesSent } = slot;
  return guard.kind === "none"
    ? schedulesSent
    : Math.max(schedulesSent, scheduleCount(guard.schedules));
}

/** Returns what stays known of the schedules in the lock when another password gets the slot. */
export function scheduleKnowledge(
  slot: SlotRecord,
): Pick<SlotRecord, "schedulesSent" | "unseenYearDays"> {
  const { unseenYearDays = 0 } = slot;
  return { schedulesSent: leftoverSchedules(slot), unseenYearDays };
}

export function sameSchedules(a: LockSchedules, b: LockSchedules): boolean {
  if (a.userType === "yearDay") {
    return b.userType === "yearDay" && sameYearDay(a.yearDay, b.yearDay);
  }
  return (
    b.userType === "weekDay" &&
    a.weekDay.length === b.weekDay.length &&
    a.weekDay.every((schedule, index) => sameWeekDay(schedule, b.weekDay[index]))
  );
}

export function sameYearDay(a: YearDaySchedule, b: YearDaySchedule): boolean {
  return a.localStartSeconds === b.localStartSeconds && a.localEndSeconds === b.localEndSeconds;
}

export function sameWeekDay(a: WeekDaySchedule, b: WeekDaySchedule | undefined): boolean {
  return (
    b !== undefined &&
    a.daysMask === b.daysMask &&
    a.startHour === b.startHour &&
    a.startMinute === b.startMinute &&
    a.endHour === b.endHour &&
    a.endMinute === b.endMinute
  );
}

/** Says whether the lock has shown that it enforces `wanted` for the code in this slot. */
export function isEnforcedByLock(slot: SlotRecord, wanted: LockSchedules | null): boolean {
  return (
    wanted !== null &&
    slot.guard.kind === "held" &&
    sameSchedules(slot.guard.schedules, wanted) &&
    slot.content.kind === "occupied" &&
    slot.content.userType === wanted.userType
  );
}

/**
 * Says whether a code waits in the lock, enabled, for its window: the lock has shown that it keeps the code shut until
 * then, and its clock is right. It opens for nobody.
 */
export function isKeptShutByLock(
  lock: LockRecord,
  password: PasswordRecord,
  slot: SlotRecord,
  moment: ZonedMoment,
): boolean {
  const { timeZone, nowMs } = moment;
  if (timeZone === undefined || password.isFrozen || isOver(password, nowMs)) return false;
  return (
    isEnforcedByLock(slot, wantedSchedules(password, lock, moment)) &&
    keepsTime(lock, timeZone, nowMs)
  );
}

/** Says whether the lock has refused just these schedules. */
export function hasRefused(slot: SlotRecord, wanted: LockSchedules): boolean {
  return slot.guard.kind === "refused" && sameSchedules(slot.guard.schedules, wanted);
}

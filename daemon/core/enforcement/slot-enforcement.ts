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

/** How long after its first refusal a lock is asked again to keep schedules, ms. */
export const schedulingRetryMs = 86_400_000;

/** Codes of one-off windows may be put in so long before the begin: the lock itself refuses them. */
export const preloadMs = 72 * 3_600_000;

/** A clock this slow still counts as healthy: a begin that is past is told to the lock so much earlier. */
export const beginSlackMs = 60_000;

/**
 * ZCL has no user type for a week with dates. Such a password is guarded by its hours alone while its
 * end is further away than this: a gateway that is dead for less leaves no code that opens after it.
 */
export const weekAloneMs = 8 * 86_400_000;

/** Where and when a guard is looked at. */
export interface ZonedMoment {
  /** IANA zone that the locks' clocks show; undefined = not known. */
  readonly timeZone: string | undefined;
  readonly nowMs: number;
}

/**
 * The schedules that this lock is to guard this password with, or null when only the gateway can:
 * no window, a window ZCL cannot say, a lock without schedules, with a wrong clock, or that has
 * refused them. Once a one-off window has begun its begin is told {@link beginSlackMs} earlier: a
 * lock whose clock is slow must not keep the tenant out, and nobody is let in by it any more. Of a
 * week with dates its hours are told, from its begin until {@link weekAloneMs} before its end.
 */
export function wantedSchedules(
  password: PasswordRecord,
  lock: LockRecord,
  { timeZone, nowMs }: ZonedMoment,
): LockSchedules | null {
  if (timeZone === undefined || password.id === administratorId) return null;
  if (lock.lockClock.state !== "healthy") return null;
  const { capabilities, scheduling } = lock;
  const told = windowForLock(password.window, nowMs);
  if (told === null) return null;
  const schedules = toLockSchedules(told, {
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

/** The part of a window that a lock is told now; null = none. */
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
 * The order in which a lock is told: every schedule first, those of an earlier holder away, then the
 * user type, which makes them count; then each is read back. A user type without its schedule would
 * lock the tenant out, a stale schedule would let him in outside his window.
 * @param slot its `schedulesSent` and `unseenYearDays` say what may be there
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
  // A stay takes one schedule, the first, which is written anew; a week may take fewer than the one before.
  const stale = isYearDay ? unseenYearDays : schedulesSent;
  const clear = isYearDay ? "clearYearDaySchedule" : "clearWeekDaySchedule";
  // What was sent while ids were taken to run from 0.
  const isShifted = firstId > 0 && stale > 0;
  if (isShifted) steps.push({ name: clear, userId, scheduleId: 0 });
  for (let index = count; index < stale; index += 1) {
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

/** The id of a user's first schedule on this lock, as far as it has shown. */
export function firstScheduleId({ scheduling }: LockRecord): number {
  return scheduling.firstScheduleId ?? 0;
}

/** How many schedule ids a guard takes. */
export function scheduleCount(schedules: LockSchedules): number {
  return schedules.userType === "yearDay" ? 1 : schedules.weekDay.length;
}

/**
 * At most so many week-day and so many year-day schedules of one user are taken to be in a lock that is new
 * here, and are cleared when the slot gets its first week or stay. What a lock keeps beyond them stays there.
 */
export const unseenSchedulesLimit = 10;

/**
 * So many week-day schedules of a slot may be in the lock, whoever has the slot: they stay there through
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

/** What is known of the schedules in the lock goes on with the slot when its holder changes. */
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

/** Does the lock itself keep to `wanted` for the code in this slot, as far as it has shown? */
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
 * A code that waits in the lock, enabled, for its window to open: the lock has shown that it keeps it
 * shut until then, and its clock is known to be right. It is live for nobody.
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

/** The lock has refused just these. */
export function hasRefused(slot: SlotRecord, wanted: LockSchedules): boolean {
  return slot.guard.kind === "refused" && sameSchedules(slot.guard.schedules, wanted);
}

import type { Capabilities, WeekDaySchedule, YearDaySchedule } from "../model/door-lock.ts";
import type { LockSchedules } from "../model/enforcement.ts";
import type { WeeklySchedule, Window } from "../model/window.ts";
import { weekdayOf } from "../time/calendar.ts";
import { localEdge, offsetChangeMs, offsetMs } from "../time/time-zone.ts";
import { toZigbeeLocal, zigbeeEpochMs } from "../time/zigbee-time.ts";

const minutesPerDay = 1440;
const everyDay = 0x7f;
const secondMs = 1000;
const minuteMs = 60_000;
const dayMs = 86_400_000;
/** A year and a month: a zone's clock goes back once a year, on about the same date. */
const repeatDays = 406;

/** The schedule of a window without begin or end runs from 0 up to the last LocalTime. */
const earliestLocalSeconds = 0;
const latestLocalSeconds = 0xfffffffe;

/** Which schedules a lock can keep. */
export interface ScheduleRoom {
  readonly yearDaySchedulesPerUser: Capabilities["yearDaySchedulesPerUser"];
  readonly weekDaySchedulesPerUser: Capabilities["weekDaySchedulesPerUser"];
  /** False for a lock that refuses a days mask of more than one day. */
  readonly takesSeveralDays: boolean;
  /** The zone of the lock's own clock, IANA name. */
  readonly timeZone: string;
  /** Changes of the clock count from this time on, ms UTC. */
  readonly nowMs: number;
}

/**
 * Returns the schedules that express a window on the lock, or null if only the gateway can enforce it: a permanent
 * window, a begin or end together with a week (ZCL has no user type for both), a week in another zone than the lock's
 * clock, more schedules than the lock has, or an edge in the hour that comes twice in autumn, because the lock's wall
 * clock would let the code in for an hour too long.
 *
 * The schedules may be a little narrower than the window (a minute before midnight, a part of a second), never wider.
 */
export function toLockSchedules(window: Window, room: ScheduleRoom): LockSchedules | null {
  const { beginMs, endMs, weekly } = window;
  if (weekly === null) {
    if (beginMs === null && endMs === null) return null;
    if (room.yearDaySchedulesPerUser < 1) return null;
    const yearDay = toYearDay(beginMs, endMs, room.timeZone);
    return yearDay === null ? null : { userType: "yearDay", yearDay };
  }
  if (beginMs !== null || endMs !== null || weekly.timeZone !== room.timeZone) return null;
  if (hasTwofoldEdge(weekly, room.nowMs)) return null;
  const weekDay = toWeekDays(weekly, room.takesSeveralDays);
  if (weekDay.length === 0 || weekDay.length > room.weekDaySchedulesPerUser) return null;
  return { userType: "weekDay", weekDay };
}

/**
 * Returns [begin, end) as a year-day schedule: begin is rounded up to the second, end down. Null if nothing is left,
 * or if an edge is in the hour that comes twice in autumn: a wall clock would let the code in an hour early, or keep it
 * out for an hour.
 */
export function toYearDay(
  beginMs: number | null,
  endMs: number | null,
  timeZone: string,
): YearDaySchedule | null {
  const localStartSeconds =
    beginMs === null
      ? earliestLocalSeconds
      : toZigbeeLocal(Math.ceil(beginMs / secondMs) * secondMs, timeZone);
  const localEndSeconds = endMs === null ? latestLocalSeconds : toZigbeeLocal(endMs, timeZone);
  if (localStartSeconds < earliestLocalSeconds || localEndSeconds > latestLocalSeconds) return null;
  const isTwofold =
    (beginMs !== null && comesTwice(localStartSeconds, timeZone)) ||
    (endMs !== null && comesTwice(localEndSeconds, timeZone));
  if (isTwofold) return null;
  return localEndSeconds > localStartSeconds ? { localStartSeconds, localEndSeconds } : null;
}

/** Says whether the zone's wall clock shows this time twice. */
function comesTwice(localSeconds: number, timeZone: string): boolean {
  const { firstMs, lastMs } = localEdge(timeZone, zigbeeEpochMs + localSeconds * secondMs);
  return firstMs !== lastMs;
}

/** Says whether an interval of the week begins or ends, within the next 13 months, at a time that comes twice. */
function hasTwofoldEdge(weekly: WeeklySchedule, nowMs: number): boolean {
  const { timeZone, startMinute, endMinute, daysMask } = weekly;
  const overnightDays = endMinute <= startMinute ? 1 : 0;
  const isOn = (day: number) => (daysMask & (1 << weekdayOf(day))) !== 0;
  return repeatsOf(timeZone, nowMs).some(({ fromMs, toMs }) => {
    const isRepeated = (day: number, minute: number) => {
      const shownMs = day * dayMs + minute * minuteMs;
      return fromMs <= shownMs && shownMs < toMs;
    };
    const changeDay = Math.floor(fromMs / dayMs);
    // A repeat may pass midnight, and an edge at 24:00 is on the next day.
    return [changeDay - 1, changeDay, changeDay + 1].some(
      (day) =>
        (isOn(day) && isRepeated(day, startMinute)) ||
        (isOn(day - overnightDays) && isRepeated(day, endMinute)),
    );
  });
}

/** Returns the times [fromMs, toMs) that the wall clock shows twice within the next 13 months. */
function repeatsOf(timeZone: string, nowMs: number): { fromMs: number; toMs: number }[] {
  const repeats: { fromMs: number; toMs: number }[] = [];
  // The search begins a week ago, so that a repeat in progress counts until it is over.
  const firstMs = (Math.floor(nowMs / dayMs) - 7) * dayMs;
  for (let atMs = firstMs; atMs < firstMs + repeatDays * dayMs; atMs += 7 * dayMs) {
    const laterMs = atMs + 7 * dayMs;
    if (offsetMs(timeZone, laterMs) >= offsetMs(timeZone, atMs)) continue;
    const changeMs = offsetChangeMs(timeZone, atMs, laterMs);
    repeats.push({
      fromMs: changeMs + offsetMs(timeZone, changeMs),
      toMs: changeMs + offsetMs(timeZone, changeMs - 1),
    });
  }
  return repeats;
}

/**
 * Returns a week as week-day schedules. An interval past midnight becomes two, the second with the days moved on by
 * one. Set Week Day Schedule (0x0B) needs an end later than the start on the same day, and hours up to 23: 24:00 cannot
 * be expressed, so an interval up to midnight ends at 23:59 and the lock lets nobody in during the last minute.
 * @param takesSeveralDays false: one schedule per day
 */
export function toWeekDays(weekly: WeeklySchedule, takesSeveralDays: boolean): WeekDaySchedule[] {
  const { daysMask, startMinute, endMinute } = weekly;
  const parts =
    endMinute > startMinute
      ? [weekDay(daysMask, startMinute, endMinute)]
      : [weekDay(daysMask, startMinute, minutesPerDay), weekDay(nextDays(daysMask), 0, endMinute)];
  const schedules = parts.filter((part) => part !== null);
  return takesSeveralDays ? schedules : schedules.flatMap(byDay);
}

/** Returns null if no minute is left (23:59 to midnight). */
function weekDay(daysMask: number, start: number, end: number): WeekDaySchedule | null {
  const last = Math.min(end, minutesPerDay - 1);
  if (last <= start) return null;
  return {
    daysMask,
    startHour: Math.floor(start / 60),
    startMinute: start % 60,
    endHour: Math.floor(last / 60),
    endMinute: last % 60,
  };
}

/** Returns the mask with every day moved on by one; Saturday becomes Sunday. */
function nextDays(daysMask: number): number {
  return ((daysMask << 1) | (daysMask >> 6)) & everyDay;
}

function byDay(schedule: WeekDaySchedule): WeekDaySchedule[] {
  const days: WeekDaySchedule[] = [];
  for (let bit = 1; bit <= everyDay; bit <<= 1) {
    if ((schedule.daysMask & bit) !== 0) days.push({ ...schedule, daysMask: bit });
  }
  return days;
}

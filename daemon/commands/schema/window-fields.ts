import type { WeeklySchedule, Window } from "../../core/model/window.ts";

/** Between the API's words for a window (Unix seconds, day names) and the domain's. */

export interface WeeklyFields {
  readonly days: readonly DayName[];
  readonly start_minute: number;
  readonly end_minute: number;
  readonly time_zone: string;
}

/** The API's words for the days, in ZCL order: bit 0 of a mask is Sunday. */
export const dayNames = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
] as const;
type DayName = (typeof dayNames)[number];

/** @param begin, end Unix seconds; absent or 0 = open on that side (V1.6: empty = permanent). */
export function windowOf(
  begin: number | undefined,
  end: number | undefined,
  weekly: WeeklyFields | undefined,
): Window {
  return {
    beginMs: begin === undefined || begin === 0 ? null : begin * 1000,
    endMs: end === undefined || end === 0 ? null : end * 1000,
    weekly: weekly === undefined ? null : weeklyOf(weekly),
  };
}

function weeklyOf(words: WeeklyFields): WeeklySchedule {
  let daysMask = 0;
  for (const day of words.days) daysMask |= 1 << dayNames.indexOf(day);
  return {
    daysMask,
    startMinute: words.start_minute,
    endMinute: words.end_minute,
    timeZone: words.time_zone,
  };
}

export function weeklyFields(weekly: WeeklySchedule) {
  return {
    days: dayNames.filter((_, bit) => (weekly.daysMask & (1 << bit)) !== 0),
    start_minute: weekly.startMinute,
    end_minute: weekly.endMinute,
    time_zone: weekly.timeZone,
  };
}

import type { WeeklySchedule, Window } from "../../core/model/window.ts";

/* Between a window as the API has it (Unix seconds, names of days) and as the core has it. */

export interface WeeklyFields {
  readonly days: readonly DayName[];
  readonly start_minute: number;
  readonly end_minute: number;
  readonly time_zone: string;
}

/** The API's names of the days in ZCL sequence: bit 0 of a mask is Sunday. */
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

/** @param begin,end Unix seconds; absent or 0 = no limit on that side (V1.6: empty = permanent) */
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

export function weeklyOf(fields: WeeklyFields): WeeklySchedule {
  let daysMask = 0;
  for (const day of fields.days) daysMask |= 1 << dayNames.indexOf(day);
  return {
    daysMask,
    startMinute: fields.start_minute,
    endMinute: fields.end_minute,
    timeZone: fields.time_zone,
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

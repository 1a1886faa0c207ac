import { isTimeZone } from "../../core/time/time-zone.ts";
import { weekdayIndex, weekdays } from "./weekday-names.ts";

/** Days and hours of a week, as the API has them. */
export interface WeeklyHours {
  readonly days: readonly string[];
  readonly start_minute: number;
  readonly end_minute: number;
  readonly time_zone: string;
}

const dayGroups: Readonly<Record<string, readonly number[]>> = {
  daily: [0, 1, 2, 3, 4, 5, 6],
  everyday: [0, 1, 2, 3, 4, 5, 6],
  weekdays: [1, 2, 3, 4, 5],
  weekend: [0, 6],
  weekends: [0, 6],
};

const minutesPerDay = 1440;

/**
 * Returns the weekly hours that a person wrote, or null: `sat,sun 08:00-12:00`, `mon-fri 22:00-06:00`, `daily`.
 * Without hours it is the whole day; an end at or before the begin is on the next day.
 * @param timeZone the zone unless the text ends with one
 */
export function weeklyHours(text: string, timeZone: string): WeeklyHours | null {
  const { rest, zone } = zoneAtEnd(text.trim().replaceAll(/\s+/g, " "));
  const form = /^(.*?)(?: ?([0-9]{1,2}):([0-9]{2}) ?(?:-|–|to) ?([0-9]{1,2}):([0-9]{2}))?$/;
  const [, dayWords = "", fromHour, fromMinute, toHour, toMinute] =
    form.exec(rest.toLowerCase()) ?? [];
  const days = daysOf(dayWords);
  const hasHours = fromHour !== undefined;
  const start = hasHours ? minuteOfDay(fromHour, fromMinute) : 0;
  const end = hasHours ? minuteOfDay(toHour, toMinute) : minutesPerDay;
  if (days === null || start === null || end === null) return null;
  if (start === minutesPerDay || start === end) return null;
  const wholeDay = end === minutesPerDay || end > 0 ? end : minutesPerDay;
  return {
    days: weekdays.filter((_, index) => days.has(index)),
    start_minute: start,
    end_minute: wholeDay,
    time_zone: zone ?? timeZone,
  };
}

/** A zone such as Europe/Berlin or UTC at the end. */
function zoneAtEnd(text: string): { readonly rest: string; readonly zone: string | null } {
  const [, rest, zone] = /^(.*) ([A-Za-z_]+(?:\/[A-Za-z_+-]+[0-9]*)+|UTC)$/.exec(text) ?? [];
  return rest === undefined || zone === undefined || !isTimeZone(zone)
    ? { rest: text, zone: null }
    : { rest, zone };
}

function daysOf(words: string): ReadonlySet<number> | null {
  const found = new Set<number>();
  const parts = words
    .replaceAll(/ ?- ?/g, "-")
    .replaceAll(" and ", " ")
    .split(/[ ,+]+/)
    .filter((part) => part !== "");
  for (const part of parts) {
    const days = dayGroups[part] ?? dayRange(part);
    if (days === null) return null;
    for (const day of days) found.add(day);
  }
  return found.size === 0 ? null : found;
}

/** One day, or `mon-fri`, also over the end of the week. */
function dayRange(part: string): readonly number[] | null {
  const [first = "", last = first, ...more] = part.split("-");
  const from = weekdayIndex(first);
  const to = weekdayIndex(last);
  if (from === null || to === null || more.length > 0) return null;
  const length = ((to - from + 7) % 7) + 1;
  return Array.from({ length }, (_, index) => (from + index) % 7);
}

function minuteOfDay(hour: string | undefined, minute: string | undefined): number | null {
  const minutes = Number(hour) * 60 + Number(minute);
  return Number(minute) > 59 || minutes > minutesPerDay ? null : minutes;
}

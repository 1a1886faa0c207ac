import { dayNumber, weekdayOf } from "../../core/time/calendar.ts";
import { localEdge, offsetMs } from "../../core/time/time-zone.ts";
import { weekdayIndex } from "./weekday-names.ts";

/** What a text about a time refers to: the gateway's time and its zone. */
export interface TimeFrame {
  readonly nowMs: number;
  /** IANA name. */
  readonly timeZone: string;
}

/** Which instant is meant where the clocks are put back and a wall-clock time occurs twice. */
export type TimeEdge = "first" | "last";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A wall-clock time of one day, minutes and seconds from midnight. */
interface TimeOfDay {
  readonly minute: number;
  readonly second: number;
}

const midnight: TimeOfDay = { minute: 0, second: 0 };

/**
 * Returns the time that a person wrote, ms UTC, or null if the text is none of the forms of {@link timeForms}.
 * Days and wall-clock times are those of the frame's zone. A day of the week is the next one that is not over;
 * `next friday` is never today. A time that the clocks skip is the moment at which they are put forward.
 */
export function peopleTime(text: string, frame: TimeFrame, edge: TimeEdge): number | null {
  const words = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s,]+/g, " ")
    .replace(" at ", " ");
  if (words === "now") return frame.nowMs;
  if (/^[0-9]{9,11}$/.test(words)) return Number(words) * 1000;
  return distance(words, frame) ?? instant(words) ?? wallClock(words, frame, edge);
}

/** Returns whether a number is in ms, where Unix seconds are expected. */
export function isUnixMs(text: string): boolean {
  return /^[0-9]{12,14}$/.test(text.trim());
}

const unitMs: Readonly<Record<string, number>> = {
  m: minuteMs,
  h: 60 * minuteMs,
  d: dayMs,
  w: 7 * dayMs,
};

/** `+3d`, `+90m`, `in 2 hours`. */
function distance(words: string, { nowMs }: TimeFrame): number | null {
  const [, count, unit = ""] =
    /^(?:\+|in )([0-9]{1,5}) ?(m|h|d|w|min|minutes?|hours?|days?|weeks?)$/.exec(words) ?? [];
  const each = unitMs[unit.slice(0, 1)];
  return count === undefined || each === undefined ? null : nowMs + Number(count) * each;
}

/** An ISO time with its own offset: `2026-11-30T18:00+01:00`. */
function instant(words: string): number | null {
  const form =
    /^([0-9]{4}-[0-9]{2}-[0-9]{2})[t ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(z|[+-][0-9]{2}:[0-9]{2})$/;
  const [, date, time, offset] = form.exec(words) ?? [];
  if (date === undefined || dateDay(date) === null) return null;
  const atMs = Date.parse(`${date}T${time}${offset?.toUpperCase()}`);
  return Number.isNaN(atMs) ? null : atMs;
}

function wallClock(words: string, frame: TimeFrame, edge: TimeEdge): number | null {
  const { day: dayWords, time } = split(words);
  if (time === null) return null;
  const today = localDay(frame);
  const at = (day: number): number => {
    const { firstMs, lastMs } = localEdge(
      frame.timeZone,
      day * dayMs + (time ?? midnight).minute * minuteMs + (time ?? midnight).second * 1000,
    );
    return edge === "first" ? firstMs : lastMs;
  };
  const notOver = (day: number, further: number) => (at(day) > frame.nowMs ? day : day + further);
  if (dayWords === "") return time === undefined ? null : at(notOver(today, 1));
  const fixed = dateDay(dayWords) ?? nearDay(dayWords, today);
  if (fixed !== null) return at(fixed);
  const [, which, name = ""] = /^(?:(this|next) )?([a-z]+)\.?$/.exec(dayWords) ?? [];
  const weekday = weekdayIndex(name);
  if (weekday === null) return null;
  const ahead = (weekday - weekdayOf(today) + 7) % 7;
  if (which === "next") return at(today + (ahead === 0 ? 7 : ahead));
  return at(notOver(today + ahead, 7));
}

/** Returns the local day, counted from 1970-01-01. */
function localDay({ nowMs, timeZone }: TimeFrame): number {
  return Math.floor((nowMs + offsetMs(timeZone, nowMs)) / dayMs);
}

/** Divides `friday 18:00` into its day and its time; the time is undefined without one, and null if it is none. */
function split(words: string): {
  readonly day: string;
  readonly time: TimeOfDay | null | undefined;
} {
  const form =
    /^(.*?)(?:(?:^|[ t])([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))? ?(am|pm)?|(?:^| )([0-9]{1,2}) ?(am|pm))$/;
  const found = form.exec(words);
  if (found === null) return { day: words, time: undefined };
  const [, day = "", hour24, minute = "0", second = "0", half24, hour12, half12] = found;
  const half = half24 ?? half12;
  const hour = hourOf(Number(hour24 ?? hour12), half);
  if (hour === null || Number(minute) > 59 || Number(second) > 59) return { day, time: null };
  return { day, time: { minute: hour * 60 + Number(minute), second: Number(second) } };
}

function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour <= 23 ? hour : null;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half === "pm" ? 12 : 0);
}

/** Returns the day of a date such as `2026-11-30`, `2026/11/30` or `30.11.2026`, or null if there is no such day. */
function dateDay(words: string): number | null {
  const yearFirst = /^([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})$/.exec(words);
  const dayFirst = /^([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})$/.exec(words);
  const [year, month, day] =
    yearFirst === null
      ? [Number(dayFirst?.[3]), Number(dayFirst?.[2]), Number(dayFirst?.[1])]
      : [Number(yearFirst[1]), Number(yearFirst[3]), Number(yearFirst[4])];
  if (Number.isNaN(year) || year < 1970 || month < 1 || month > 12 || day < 1) return null;
  const afterMonth = month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1);
  const found = dayNumber(year, month, day);
  return found < afterMonth ? found : null;
}

function nearDay(words: string, today: number): number | null {
  if (words === "today") return today;
  return words === "tomorrow" ? today + 1 : null;
}

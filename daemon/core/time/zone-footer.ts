import { dayNumber, weekdayOf, yearOf } from "./calendar.ts";
import type { ZoneOffsets } from "./zone-offsets.ts";

const hourSeconds = 3_600;
const dayMs = 86_400_000;

/** A second of a day of each year, in the form of a POSIX TZ string. */
type Turn = { readonly seconds: number } & (
  | {
      readonly kind: "weekday";
      readonly month: number;
      readonly week: number;
      readonly day: number;
    }
  /** `Jn`: 1 … 365, without the 29th of February. */
  | { readonly kind: "julian"; readonly day: number }
  /** `n`: 0 … 365. */
  | { readonly kind: "dayOfYear"; readonly day: number }
);

const name = "(?:<[^>]+>|[A-Za-z]+)";
const time = "[+-]?\\d{1,3}(?::\\d{2}){0,2}";
const turn = `(J\\d+|\\d+|M\\d+\\.\\d\\.\\d)(?:/(${time}))?`;
const footerPattern = new RegExp(`^${name}(${time})(?:${name}(${time})?,${turn},${turn})?$`);

/**
 * Reads the rule for all times after the last of a TZif file: a POSIX TZ string with the extensions of
 * RFC 8536 §3.3.1, hours from -167 to 167.
 * @returns null if it cannot be read, `none` if there is none.
 */
export function footerOffsets(text: string): ZoneOffsets | "none" | null {
  if (text === "") return "none";
  const found = footerPattern.exec(text);
  if (found === null) return null;
  const [, standard = "", daylight, startDay, startTime, endDay, endTime] = found;
  // POSIX counts westward.
  const standardMs = (0 - secondsOf(standard)) * 1000;
  if (startDay === undefined || endDay === undefined) return () => standardMs;
  const daylightMs =
    daylight === undefined ? standardMs + hourSeconds * 1000 : (0 - secondsOf(daylight)) * 1000;
  const start = turnOf(startDay, startTime);
  const end = turnOf(endDay, endTime);
  return (atMs) => {
    const year = yearOf(Math.floor((atMs + standardMs) / dayMs));
    const startMs = turnMs(start, year) - standardMs;
    const endMs = turnMs(end, year) - daylightMs;
    const isDaylight =
      startMs < endMs ? atMs >= startMs && atMs < endMs : atMs >= startMs || atMs < endMs;
    return isDaylight ? daylightMs : standardMs;
  };
}

function secondsOf(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1;
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  return sign * (hours * hourSeconds + minutes * 60 + seconds);
}

function turnOf(day: string, time = "02:00:00"): Turn {
  const seconds = secondsOf(time);
  if (day.startsWith("M")) {
    const [month = 0, week = 0, weekday = 0] = day.slice(1).split(".").map(Number);
    return { kind: "weekday", month, week, day: weekday, seconds };
  }
  return day.startsWith("J")
    ? { kind: "julian", day: Number(day.slice(1)), seconds }
    : { kind: "dayOfYear", day: Number(day), seconds };
}

/** Returns the wall clock's reading, as if it were UTC. */
function turnMs(turn: Turn, year: number): number {
  return dayOf(turn, year) * dayMs + turn.seconds * 1000;
}

function dayOf(turn: Turn, year: number): number {
  switch (turn.kind) {
    case "dayOfYear":
      return dayNumber(year, 1, 1) + turn.day;
    case "julian": {
      const isLeap = dayNumber(year + 1, 1, 1) - dayNumber(year, 1, 1) === 366;
      return dayNumber(year, 1, 1) + turn.day - 1 + (isLeap && turn.day > 59 ? 1 : 0);
    }
    case "weekday": {
      const first = dayNumber(year, turn.month, 1);
      const day = first + ((turn.day - weekdayOf(first) + 7) % 7) + (turn.week - 1) * 7;
      // Week 5 is the last week, also in a month with four.
      return day < monthAfter(year, turn.month) ? day : day - 7;
    }
  }
}

function monthAfter(year: number, month: number): number {
  return month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1);
}

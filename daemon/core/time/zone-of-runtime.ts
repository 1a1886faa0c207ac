import { dayNumber } from "./calendar.ts";
import type { ZoneOffsets } from "./zone-offsets.ts";

/**
 * Returns the offsets of a zone according to Intl.
 * @returns null if Intl knows no zone of that name
 */
export function zoneOfRuntime(name: string): ZoneOffsets | null {
  const clock = clockOf(name);
  return clock === null ? null : (atMs) => readingOf(clock, atMs) - Math.floor(atMs / 1000) * 1000;
}

function clockOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "iso8601",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  } catch (cause) {
    if (cause instanceof RangeError) return null;
    throw cause;
  }
}

/** Returns the wall clock's reading as if it were UTC, to the second. */
function readingOf(clock: Intl.DateTimeFormat, atMs: number): number {
  const fields = new Map(clock.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const field = (type: Intl.DateTimeFormatPartTypes) => fields.get(type) ?? 0;
  const day = dayNumber(field("year"), field("month"), field("day"));
  return (((day * 24 + field("hour")) * 60 + field("minute")) * 60 + field("second")) * 1000;
}

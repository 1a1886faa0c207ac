import {
  dayStart,
  type LocalTime,
  localText,
  timeOfLocal,
  weekday,
} from "../../../time/zone-time.ts";

/* Pure: it is tested without a browser. */

export const presets = ["always", "until", "weekend", "weekly", "once"] as const;
export type Preset = (typeof presets)[number];

export const days = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type Day = (typeof days)[number];

/** What is typed about the times of a code. */
export interface ValidityTexts {
  readonly preset: string;
  readonly from: string;
  readonly until: string;
  /** Names of days with commas between. */
  readonly days: string;
  readonly start: string;
  readonly end: string;
}

/** The times of a code, as the gateway takes them. */
export interface Validity {
  /** Unix seconds; null = no limit on that side. */
  readonly beginS: number | null;
  readonly endS: number | null;
  readonly weekly: {
    readonly days: Day[];
    readonly start_minute: number;
    readonly end_minute: number;
    readonly time_zone: string;
  } | null;
  readonly isOneTime: boolean;
}

/** What is wrong with the fields. */
export type ValidityFault = "noEnd" | "past" | "order" | "noDays" | "noHours" | "noTime";

/** What the fields mean: times or a fault, and what the zone makes of times that a clock change touches. */
export interface ValidityReading {
  readonly validity: Validity | null;
  readonly fault: ValidityFault | null;
  readonly notes: readonly LocalTime[];
}

/** Returns the next Friday evening and the Monday morning after it, as texts of fields; on a week-end, this one. */
export function weekendOf(
  atS: number,
  zone: string,
): { readonly from: string; readonly until: string } {
  const today = weekday(atS, zone);
  // From Saturday on the week-end has begun: its Friday was 1 or 2 days ago.
  const toFriday = today === 0 ? -2 : 5 - today;
  const day = (days: number): string => localText(dayStart(atS, zone, days), zone).slice(0, 10);
  return { from: `${day(toFriday)}T16:00`, until: `${day(toFriday + 3)}T10:00` };
}

/** Returns the days that a text names, from Monday. */
export function daysIn(text: string): readonly Day[] {
  const names = text.split(",");
  return days.filter((day) => names.includes(day));
}

/** Reads the fields at a time. */
export function readValidity(
  typed: ValidityTexts,
  { zone, nowS }: { readonly zone: string; readonly nowS: number },
): ValidityReading {
  const preset = typed.preset;
  if (preset === "always") return ready({ ...unlimited });
  const isSpan = preset === "until" || preset === "weekend";
  const begin = isSpan ? timeOfLocal(typed.from, zone, "start") : null;
  const end = timeOfLocal(typed.until, zone, "end");
  const notes = [begin, end]
    .filter((one) => one !== null)
    .filter(({ reading }) => reading !== "once");
  const fault = boundsFault(typed, { isSpan, begin, end, nowS });
  if (fault !== null) return { validity: null, fault, notes };
  const bounds = { beginS: begin?.atS ?? null, endS: end?.atS ?? null };
  if (preset !== "weekly") {
    return ready({ ...unlimited, ...bounds, isOneTime: preset === "once" }, notes);
  }
  return weeklyReading(typed, { ...unlimited, ...bounds }, { zone, notes });
}

const unlimited: Validity = { beginS: null, endS: null, weekly: null, isOneTime: false };

function ready(validity: Validity, notes: readonly LocalTime[] = []): ValidityReading {
  return { validity, fault: null, notes };
}

interface Bounds {
  readonly isSpan: boolean;
  readonly begin: LocalTime | null;
  readonly end: LocalTime | null;
  readonly nowS: number;
}

function boundsFault(
  typed: ValidityTexts,
  { isSpan, begin, end, nowS }: Bounds,
): ValidityFault | null {
  if (end === null && typed.until !== "") return "noTime";
  if (end === null) return isSpan ? "noEnd" : null;
  if (end.atS <= nowS) return "past";
  return begin !== null && begin.atS >= end.atS ? "order" : null;
}

function weeklyReading(
  typed: ValidityTexts,
  bounds: Validity,
  { zone, notes }: { readonly zone: string; readonly notes: readonly LocalTime[] },
): ValidityReading {
  const chosen = daysIn(typed.days);
  const start = minuteOf(typed.start);
  const end = minuteOf(typed.end);
  if (chosen.length === 0) return { validity: null, fault: "noDays", notes };
  if (start === null || end === null) return { validity: null, fault: "noHours", notes };
  const hours = { start_minute: start, end_minute: end === 0 ? 1440 : end };
  return ready({ ...bounds, weekly: { days: [...chosen], ...hours, time_zone: zone } }, notes);
}

function minuteOf(text: string): number | null {
  const found = /^(\d{2}):(\d{2})/.exec(text);
  return found === null ? null : Number(found[1]) * 60 + Number(found[2]);
}

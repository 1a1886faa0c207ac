import type { Signal } from "@preact/signals";
import {
  dayStart,
  type LocalTime,
  localText,
  timeOfLocal,
  weekday,
} from "../../../time/zone-time.ts";
import { useDraft } from "../../../widgets/draft.ts";
import { type Code, clockText, type Day, weekDays } from "./code-words.ts";

export const presets = ["always", "until", "weekend", "weekly", "once"] as const;
export type Preset = (typeof presets)[number];

/** What is typed about the times of a code, as texts of its fields. */
export interface ValidityDraft {
  readonly preset: Signal<string>;
  readonly from: Signal<string>;
  readonly until: Signal<string>;
  /** Names of days with commas between. */
  readonly days: Signal<string>;
  readonly start: Signal<string>;
  readonly end: Signal<string>;
}

/** The times of a code, as the gateway takes them. */
export interface Validity {
  /** Unix seconds; null = no limit on that side. */
  readonly beginS: number | null;
  readonly endS: number | null;
  readonly weekly: NonNullable<Code["weekly"]> | null;
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

/** The fields of a code's times. They outlive a reload. */
export function useValidityDraft(name: string, zone: string, code: Code | null): ValidityDraft {
  const { begin, end } = code ?? { begin: null, end: null };
  const weekly = code?.weekly;
  return {
    preset: useDraft(`${name}.preset`, code === null ? "until" : presetOf(code)),
    from: useDraft(`${name}.from`, begin === null ? "" : localText(begin, zone)),
    until: useDraft(`${name}.until`, end === null ? "" : localText(end, zone)),
    days: useDraft(`${name}.days`, weekly?.days.join(",") ?? ""),
    start: useDraft(`${name}.start`, clockText(weekly?.start_minute ?? 480)),
    end: useDraft(`${name}.end`, clockText((weekly?.end_minute ?? 1080) % 1440)),
  };
}

function presetOf({ begin, end, weekly, is_one_time }: Code): Preset {
  if (is_one_time === 1) return "once";
  if (weekly !== null) return "weekly";
  return begin === null && end === null ? "always" : "until";
}

/** Forgets what was typed. */
export function clearValidity(draft: ValidityDraft): void {
  draft.preset.value = "until";
  for (const field of [draft.from, draft.until, draft.days]) field.value = "";
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

export function daysOf({ days }: ValidityDraft): ReadonlySet<Day> {
  const names = days.value.split(",");
  return new Set(weekDays.map(({ day }) => day).filter((day) => names.includes(day)));
}

/** Reads the fields at a time. */
export function readValidity(
  draft: ValidityDraft,
  { zone, nowS }: { readonly zone: string; readonly nowS: number },
): ValidityReading {
  const preset = draft.preset.value;
  if (preset === "always") return ready({ ...unlimited });
  const isSpan = preset === "until" || preset === "weekend";
  const begin = isSpan ? timeOfLocal(draft.from.value, zone, "start") : null;
  const end = timeOfLocal(draft.until.value, zone, "end");
  const notes = [begin, end]
    .filter((one) => one !== null)
    .filter(({ reading }) => reading !== "once");
  const fault = boundsFault(draft, { isSpan, begin, end, nowS });
  if (fault !== null) return { validity: null, fault, notes };
  const bounds = { beginS: begin?.atS ?? null, endS: end?.atS ?? null };
  if (preset !== "weekly") {
    return ready({ ...unlimited, ...bounds, isOneTime: preset === "once" }, notes);
  }
  return weeklyReading(draft, { ...unlimited, ...bounds }, { zone, notes });
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
  draft: ValidityDraft,
  { isSpan, begin, end, nowS }: Bounds,
): ValidityFault | null {
  if (end === null && draft.until.value !== "") return "noTime";
  if (end === null) return isSpan ? "noEnd" : null;
  if (end.atS <= nowS) return "past";
  return begin !== null && begin.atS >= end.atS ? "order" : null;
}

function weeklyReading(
  draft: ValidityDraft,
  bounds: Validity,
  { zone, notes }: { readonly zone: string; readonly notes: readonly LocalTime[] },
): ValidityReading {
  const days = weekDays.map(({ day }) => day).filter((day) => daysOf(draft).has(day));
  const start = minuteOf(draft.start.value);
  const end = minuteOf(draft.end.value);
  if (days.length === 0) return { validity: null, fault: "noDays", notes };
  if (start === null || end === null) return { validity: null, fault: "noHours", notes };
  const weekly = { days, start_minute: start, end_minute: end === 0 ? 1440 : end, time_zone: zone };
  return ready({ ...bounds, weekly }, notes);
}

function minuteOf(text: string): number | null {
  const found = /^(\d{2}):(\d{2})/.exec(text);
  return found === null ? null : Number(found[1]) * 60 + Number(found[2]);
}

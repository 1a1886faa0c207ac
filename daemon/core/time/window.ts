import type { WeeklySchedule, Window } from "../model/window.ts";
import { isTimeZone, localEdge } from "./time-zone.ts";

/** An interval in which a window is open without a break: [beginMs, endMs); null = no limit. */
export interface OpenInterval {
  readonly beginMs: number | null;
  readonly endMs: number | null;
}

/** What is wrong with a window, and in which field. */
export interface WindowFault {
  readonly field:
    | "beginMs"
    | "endMs"
    | "weekly"
    | "weekly.daysMask"
    | "weekly.startMinute"
    | "weekly.endMinute"
    | "weekly.timeZone";
  readonly text: string;
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const minutesPerDay = 1440;
const everyDay = 0x7f;

/** 9999-12-31T23:59:59.999Z: every transport can write years of four digits. */
const lastTimeMs = 253_402_300_799_999;

/** A stretch that contains an instant began on one of these days, counted from the instant's UTC day. */
const daysBack = 2;
const daysAhead = 1;

/** No run of weekly stretches is longer: seven consecutive whole days are {@link isAlways}. */
const longestRunDays = 9;

/**
 * A search ends after this many days without a stretch. Each weekday occurs every 7 days. A spring gap, an
 * autumn repeat or a day that a zone skips can remove one of its stretches, but never five consecutive ones.
 */
const searchDays = 36;

/** Limit of {@link nextIntervals}. */
const intervalLimit = 100;

/** Returns whether a password with this window may open at `atMs`. A window with an unknown zone never opens. */
export function isOpen(window: Window, atMs: number): boolean {
  if (window.beginMs !== null && atMs < window.beginMs) return false;
  if (window.endMs !== null && atMs >= window.endMs) return false;
  const { weekly } = window;
  if (weekly === null || isAlways(weekly)) return true;
  if (!isTimeZone(weekly.timeZone)) return false;
  const today = Math.floor(atMs / dayMs);
  for (let day = today - daysBack; day <= today + daysAhead; day += 1) {
    const stretch = stretchOf(weekly, day);
    if (stretch !== null && stretch.fromMs <= atMs && atMs < stretch.toMs) return true;
  }
  return false;
}

/**
 * Returns the next instant after `afterMs` at which {@link isOpen} changes; null = never again.
 * It is exact however far away `beginMs` or `endMs` is: only the weekly part is searched day by day, and a week
 * repeats (see `searchDays`).
 */
export function nextChange(window: Window, afterMs: number): number | null {
  for (const { fromMs, toMs } of openStretches(window, afterMs)) {
    if (fromMs > afterMs) return fromMs;
    return Number.isFinite(toMs) ? toMs : null;
  }
  return null;
}

/**
 * Returns since when the window is closed at `atMs`, also in a weekly pause. Null = it is open, or it was not open
 * before (as far back as {@link searchDays}).
 */
export function closedSince(window: Window, atMs: number): number | null {
  if (isOpen(window, atMs)) return null;
  let sinceMs = hasEnded(window, atMs) ? window.endMs : null;
  for (const { toMs } of openStretches(window, atMs - searchDays * dayMs)) {
    if (toMs > atMs) break;
    sinceMs = toMs;
  }
  return sinceMs;
}

/** Returns whether `endMs` is reached. From then on the window never opens again. */
export function hasEnded(window: Window, atMs: number): boolean {
  return window.endMs !== null && atMs >= window.endMs;
}

/**
 * Returns the next intervals in which the window is open, the oldest first. The interval at `fromMs` is included
 * with its whole length.
 * @param count the limit; never more than 100 are returned
 */
export function nextIntervals(window: Window, fromMs: number, count: number): OpenInterval[] {
  const intervals: OpenInterval[] = [];
  const limit = Math.min(count, intervalLimit);
  if (limit < 1) return intervals;
  for (const stretch of openStretches(window, fromMs)) {
    intervals.push({
      beginMs: Number.isFinite(stretch.fromMs) ? stretch.fromMs : null,
      endMs: Number.isFinite(stretch.toMs) ? stretch.toMs : null,
    });
    if (intervals.length >= limit) break;
  }
  return intervals;
}

/** Checks a window that comes from outside. @returns the first fault, or null if it has none. */
export function validateWindow(window: Window): WindowFault | null {
  const { beginMs, endMs, weekly } = window;
  if (beginMs !== null && !isTime(beginMs)) {
    return { field: "beginMs", text: "must be whole milliseconds from 1970 to 9999" };
  }
  if (endMs !== null && !isTime(endMs)) {
    return { field: "endMs", text: "must be whole milliseconds from 1970 to 9999" };
  }
  if (beginMs !== null && endMs !== null && endMs <= beginMs) {
    return { field: "endMs", text: "must be later than the begin" };
  }
  if (weekly === null) return null;
  const fault = validateWeekly(weekly);
  if (fault !== null) return fault;
  if (beginMs !== null && nextIntervals(window, beginMs, 1).length === 0) {
    return { field: "weekly", text: "never opens between begin and end" };
  }
  return null;
}

function validateWeekly(weekly: WeeklySchedule): WindowFault | null {
  if (!isWhole(weekly.daysMask, 1, everyDay)) {
    return { field: "weekly.daysMask", text: "must be a whole number from 1 to 127" };
  }
  if (!isWhole(weekly.startMinute, 0, minutesPerDay - 1)) {
    return { field: "weekly.startMinute", text: "must be a whole number from 0 to 1439" };
  }
  if (!isWhole(weekly.endMinute, 1, minutesPerDay)) {
    return { field: "weekly.endMinute", text: "must be a whole number from 1 to 1440" };
  }
  if (weekly.startMinute === weekly.endMinute) {
    return {
      field: "weekly.endMinute",
      text: "must differ from the start; all day is 0 to 1440",
    };
  }
  if (!isTimeZone(weekly.timeZone)) {
    return { field: "weekly.timeZone", text: "must be an IANA time zone" };
  }
  return null;
}

function isTime(value: number): boolean {
  return isWhole(value, 0, lastTimeMs);
}

function isWhole(value: number, from: number, to: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to;
}

/** Returns whether a stretch ends on the day after its first day. */
function endsNextDay(weekly: WeeklySchedule): boolean {
  return weekly.endMinute <= weekly.startMinute;
}

/** Returns whether the schedule is every whole day, which restricts nothing in any zone. */
function isAlways(weekly: WeeklySchedule): boolean {
  const minutes = weekly.endMinute - weekly.startMinute + (endsNextDay(weekly) ? minutesPerDay : 0);
  return weekly.daysMask === everyDay && minutes === minutesPerDay;
}

/** Returns the stretch that begins on local day `day` (days since 1970-01-01); null = none on that day. */
function stretchOf(weekly: WeeklySchedule, day: number): Stretch | null {
  // 1970-01-01 was a Thursday.
  const weekday = (((day + 4) % 7) + 7) % 7;
  if ((weekly.daysMask & (1 << weekday)) === 0) return null;
  const endDay = endsNextDay(weekly) ? day + 1 : day;
  const start = localEdge(weekly.timeZone, day * dayMs + weekly.startMinute * minuteMs);
  const end = localEdge(weekly.timeZone, endDay * dayMs + weekly.endMinute * minuteMs);
  const isWholeDay = weekly.endMinute - weekly.startMinute === minutesPerDay;
  const isContinued = (neighbour: number) =>
    isWholeDay && (weekly.daysMask & (1 << (neighbour % 7))) !== 0;
  const fromMs = isContinued(weekday + 6) ? start.firstMs : start.lastMs;
  const toMs = isContinued(weekday + 1) ? end.lastMs : end.firstMs;
  return fromMs < toMs ? { fromMs, toMs } : null;
}

/** Yields the weekly stretches that end after `fromMs` in their sequence, without end. Adjacent ones are joined. */
function* weeklyRuns(weekly: WeeklySchedule, fromMs: number): Generator<Stretch> {
  const firstDay = Math.floor(fromMs / dayMs) - longestRunDays;
  let run: Stretch | null = null;
  let metOnDay = firstDay;
  for (let day = firstDay; day - metOnDay <= searchDays; day += 1) {
    const stretch = stretchOf(weekly, day);
    if (stretch === null) continue;
    metOnDay = day;
    if (run !== null && stretch.fromMs <= run.toMs) {
      run = { fromMs: run.fromMs, toMs: stretch.toMs };
      continue;
    }
    if (run !== null && run.toMs > fromMs) yield run;
    run = stretch;
  }
  if (run !== null && run.toMs > fromMs) yield run;
}

/** Yields the stretches in which the window is open and that end after `fromMs`. A side without a limit is infinite. */
function* openStretches(window: Window, fromMs: number): Generator<Stretch> {
  const beginMs = window.beginMs ?? Number.NEGATIVE_INFINITY;
  const endMs = window.endMs ?? Number.POSITIVE_INFINITY;
  if (endMs <= beginMs || endMs <= fromMs) return;
  const { weekly } = window;
  if (weekly === null || isAlways(weekly)) {
    yield { fromMs: beginMs, toMs: endMs };
    return;
  }
  if (!isTimeZone(weekly.timeZone)) return;
  for (const run of weeklyRuns(weekly, Math.max(fromMs, beginMs))) {
    if (run.fromMs >= endMs) return;
    yield { fromMs: Math.max(run.fromMs, beginMs), toMs: Math.min(run.toMs, endMs) };
  }
}

import { offsetMs } from "../../core/time/time-zone.ts";
import { weekdayIndex, weekdays } from "./weekday-names.ts";

/** Returns a time of a zone in the form that commands take: `2026-12-06 18:00:09`. */
export function timeText(atMs: number, timeZone: string): string {
  return localIso(atMs, timeZone).slice(0, 19).replace("T", " ");
}

/** Returns the same without seconds that are 0, as people give the times of passwords. */
export function shortTimeText(atMs: number, timeZone: string): string {
  return timeText(atMs, timeZone).replace(/:00$/, "");
}

/** Returns the same with the day of the week before it: `Sun 2026-12-06 18:00`. */
export function dayAndTimeText(atMs: number, timeZone: string): string {
  const local = new Date(atMs + offsetMs(timeZone, atMs));
  const name = weekdays[local.getUTCDay()]?.slice(0, 3) ?? "";
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)} ${shortTimeText(atMs, timeZone)}`;
}

function localIso(atMs: number, timeZone: string): string {
  return new Date(atMs + offsetMs(timeZone, atMs)).toISOString();
}

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** Returns a length of time in its two largest units: `3 h 5 min`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const at = units.findIndex(([, size]) => whole >= size);
  const [first, second] = at < 0 ? [units[3], undefined] : [units[at], units[at + 1]];
  if (first === undefined) return `${whole} s`;
  const count = Math.floor(whole / first[1]);
  const rest = second === undefined ? 0 : Math.floor((whole % first[1]) / second[1]);
  return rest === 0 || second === undefined
    ? `${count} ${first[0]}`
    : `${count} ${first[0]} ${rest} ${second[0]}`;
}

/** Returns weekly hours as they are written on the command line: `sat,sun 08:00-12:00`. */
export function weeklyText(hours: {
  readonly days: readonly string[];
  readonly startMinute: number;
  readonly endMinute: number;
}): string {
  const { days, startMinute, endMinute } = hours;
  // People count a week from Monday.
  const ordered = [...days].sort((left, right) => fromMonday(left) - fromMonday(right));
  const names = days.length === 7 ? "daily" : ordered.map((day) => day.slice(0, 3)).join(",");
  if (startMinute === 0 && endMinute === 1440) return names;
  return `${names} ${clockText(startMinute)}-${clockText(endMinute)}`;
}

function fromMonday(day: string): number {
  return ((weekdayIndex(day) ?? 0) + 6) % 7;
}

function clockText(minute: number): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

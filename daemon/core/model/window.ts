/** Days and minutes of a week in one time zone. They restrict begin and end further. */
export interface WeeklySchedule {
  /** Bit 0 is Sunday … bit 6 Saturday (ZCL order): the days on which a stretch begins. */
  readonly daysMask: number;
  /** Minutes from local midnight, 0 … 1439. */
  readonly startMinute: number;
  /** Minutes from local midnight, 1 … 1440. At or below `startMinute`: it ends on the next day. */
  readonly endMinute: number;
  /** IANA name. */
  readonly timeZone: string;
}
/**
 * The times at which a password may open: half-open [beginMs, endMs) in UTC, and the weekly schedule if there is one.
 * Both bounds null = permanent.
 *
 * When clocks change, a weekly stretch gives the least access of its possible readings:
 * - Of a time that occurs twice (autumn), a start takes the last occurrence and an end the first. A stretch
 *   whose end is then before its start does not open that night.
 * - A start or an end that does not exist (spring) is the instant at which the clock is put forward.
 * Midnight between two whole days of the schedule is neither a start nor an end.
 */
export interface Window {
  readonly beginMs: number | null;
  readonly endMs: number | null;
  readonly weekly: WeeklySchedule | null;
}

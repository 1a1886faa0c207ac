/** Days and minutes of a week in a place: ANDed with begin and end. */
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
 * When a password may open: half-open [beginMs, endMs) in UTC, and the weekly schedule if there is one.
 * Both bounds null = permanent.
 *
 * When clocks change, a weekly stretch gives the least access of its possible readings:
 * - Of a time that comes twice (autumn), a start takes the last and an end the first. A stretch whose
 *   end then comes before its start does not open that night.
 * - A start or an end that does not exist (spring) is the instant at which the clock is put forward.
 * Midnight between two whole days of the schedule is neither a start nor an end.
 */
export interface Window {
  readonly beginMs: number | null;
  readonly endMs: number | null;
  readonly weekly: WeeklySchedule | null;
}

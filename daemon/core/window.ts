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
 */
export interface Window {
  readonly beginMs: number | null;
  readonly endMs: number | null;
  readonly weekly: WeeklySchedule | null;
}

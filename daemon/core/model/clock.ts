/** Trust in the time: see {@link TimeReading}. */
export type ClockState = "synced" | "holding" | "lost";

/** What the core knows of the time at one moment. The caller passes it in; the core never reads a clock. */
export interface TimeReading {
  /** Trusted time, ms UTC. Only two agreeing sources, NTP against the cloud, or a person can set it back. */
  readonly nowMs: number;
  readonly state: ClockState;
  /** The time jumped by more than a day recently, so no record is removed for its age. Absent = it did not. */
  readonly isSettling?: boolean;
}

/** A moment, and how far its time can be trusted. */
export interface Timestamp {
  /** Trusted time, ms UTC. */
  readonly atMs: number;
  readonly clock: ClockState;
}

/** Returns the timestamp of what is written or happens at the time that was read. */
export function timestampOf({ nowMs, state }: TimeReading): Timestamp {
  return { atMs: nowMs, clock: state };
}

/** Trust in the time: see {@link TimeReading}. */
export type ClockState = "synced" | "holding" | "lost";

/** What the domain knows of the time at one moment; always handed in, never looked up. */
export interface TimeReading {
  /** Trusted time, ms UTC. Goes back only when two sources, NTP against the cloud, or a person say so. */
  readonly nowMs: number;
  readonly state: ClockState;
  /** The time leapt by more than a day not long ago: nothing is removed for its age. Absent = it did not. */
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

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

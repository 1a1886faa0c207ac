/** Trust in the time: see {@link TimeReading}. */
export type ClockState = "synced" | "holding" | "lost";

/** What the domain knows of the time at one moment; always handed in, never looked up. */
export interface TimeReading {
  /** Trusted time, ms UTC. Never goes back. */
  readonly nowMs: number;
  readonly state: ClockState;
}

/** What is known of a lock's own clock. Schedules in the lock are worth what its clock is worth. */
export interface LockClock {
  /** `unknown`: never measured. `absent`: it has none, or it is not set. */
  readonly state: "unknown" | "healthy" | "drifting" | "absent";
  /** How far it was ahead of the truth when it was last measured, s (negative: behind); null = never. */
  readonly driftSeconds: number | null;
  /** When the state was last learned, by a measurement or otherwise; null = never. */
  readonly measuredAtMs: number | null;
  /** When it was last written over the air, and with which offset from UTC, s. */
  readonly writtenAtMs: number | null;
  readonly writtenOffsetSeconds: number | null;
  /** When the lock last would not be written or read; absent = it never refused. */
  readonly declinedAtMs?: number;
}
export const unknownClock: LockClock = {
  state: "unknown",
  driftSeconds: null,
  measuredAtMs: null,
  writtenAtMs: null,
  writtenOffsetSeconds: null,
};

/** The known state of a lock's own clock. The lock's schedules are only as reliable as its clock. */
export interface LockClock {
  /** `unknown`: never measured. `absent`: the lock has no clock, or the clock is not set. */
  readonly state: "unknown" | "healthy" | "drifting" | "absent";
  /** How far the clock was ahead at the last measurement, s (negative: behind); null = never measured. */
  readonly driftSeconds: number | null;
  /** When the state was last determined, by a measurement or otherwise; null = never. */
  readonly measuredAtMs: number | null;
  /** When the clock was last written by radio, and with which offset from UTC, s. */
  readonly writtenAtMs: number | null;
  readonly writtenOffsetSeconds: number | null;
  /** When the lock last refused a write or read of its clock; absent = never. */
  readonly declinedAtMs?: number;
}
export const unknownClock: LockClock = {
  state: "unknown",
  driftSeconds: null,
  measuredAtMs: null,
  writtenAtMs: null,
  writtenOffsetSeconds: null,
};

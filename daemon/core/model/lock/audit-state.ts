import type { UserId } from "../door-lock.ts";

/**
 * The progress of the audits of a lock's slots. It is part of the lock's record, which every read changes
 * anyway, so it costs no write of its own.
 */
export interface AuditState {
  /** The budget of frames is used up to here, ms UTC; see `paidThrough`. */
  readonly paidThroughMs: number;
  /** The next slot of the round through all slots that no password has. */
  readonly nextUserId: UserId;
  /** The time of the last read of that round, and when the round began. */
  readonly sweptAtMs: number;
  readonly roundBeganAtMs: number;
  /** When the last complete round began; null = none is complete. */
  readonly wholeRoundBeganAtMs: number | null;
  /** All slots below this one were read, or have a record, since the lock was paired. */
  readonly seenBelow: UserId;
  /** The quick round after a gap in reception: which gap, and the next slot. */
  readonly quick: { readonly gapAtMs: number; readonly nextUserId: UserId };
}

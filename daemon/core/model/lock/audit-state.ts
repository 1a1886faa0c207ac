import type { UserId } from "../door-lock.ts";

/**
 * What is known of the reads of a lock's slots beside the slots' own records. It changes with the lock's
 * record of a read, so that it costs no write of its own.
 */
export interface AuditState {
  /** The budget of frames is used up to here, ms UTC; see `paidThrough`. */
  readonly paidThroughMs: number;
  /** The round through all slots that nobody has: where it goes on. */
  readonly nextUserId: UserId;
  /** When the last read of that round was, and when the round began. */
  readonly sweptAtMs: number;
  readonly roundBeganAtMs: number;
  /** When the last round began that went through to the end; null = none has. */
  readonly wholeRoundBeganAtMs: number | null;
  /** All slots below were read, or have a record, since the lock was paired. */
  readonly seenBelow: UserId;
  /** The quick round after a gap in what was heard: which gap, and where it goes on. */
  readonly quick: { readonly gapAtMs: number; readonly nextUserId: UserId };
}

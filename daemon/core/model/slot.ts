import type { LockId, UserId, UserStatus, UserType } from "./door-lock.ts";
import type { ScheduleDoubt, SlotEnforcement } from "./enforcement.ts";
import type { PasswordId } from "./password.ts";
import type { CodeMark } from "./sealed-code.ts";

/**
 * The known content of a slot. `unknown` does not mean empty. `occupied` with `mark: null` is a code that
 * was masked or never read: nothing can be compared with it.
 */
export type SlotContent =
  | { readonly kind: "unknown" }
  | { readonly kind: "empty" }
  | {
      readonly kind: "occupied";
      readonly mark: CodeMark | null;
      readonly userStatus: UserStatus;
      readonly userType: UserType;
    };

/** How certain the content is. `confirmed`: the lock showed it. `unconfirmed`: the lock only accepted a command. */
export type SlotConfidence = "confirmed" | "unconfirmed";

/**
 * An edit that the lock reported and that may be none: an echo of latchd's own write, a repeated event, or an
 * event that does not name its slot. The content is unknown until a read that is sent after the event proves
 * what happened.
 */
export interface UnprovenEdit {
  /** What the lock reported. */
  readonly told: "deleted" | "changed";
  /** latchd wrote so recently that the event may report that write. */
  readonly isEcho: boolean;
  /** The content of the slot when the first of these events arrived. */
  readonly before: SlotContent["kind"];
  /** Codes that the slot may contain although nobody has edited it, the likeliest last. */
  readonly marks: readonly CodeMark[];
}

/** The reported state of one slot: one ZCL user id on one lock. */
export interface SlotRecord {
  readonly lock: LockId;
  readonly userId: UserId;
  /**
   * The password that has the slot, as a tombstone until the clear is confirmed. Null = the slot is free or has an
   * unmanaged code.
   */
  readonly holder: PasswordId | null;
  /** Since when the holder has the slot, ms UTC; absent = since the password was made, or not known. */
  readonly heldSinceMs?: number;
  readonly content: SlotContent;
  readonly confidence: SlotConfidence;
  /** The content according to a restored backup. The content is unknown until a read; absent = it was read since. */
  readonly copied?: Exclude<SlotContent, { kind: "unknown" }>;
  /**
   * A write to this slot may have been sent since `content` was known. This mark is on disk before the
   * write is sent, so that latchd reads the slot after a crash before it trusts the content.
   */
  readonly mayDiffer: boolean;
  /**
   * A code was added or changed at the keypad, and the event did not carry it. latchd reads the code and then
   * publishes the edit.
   */
  readonly localEdit: "added" | "changed" | null;
  /** The revision of the holder that the content comes from; 0 = none. It never falls. */
  readonly appliedRevision: number;
  /**
   * The newest revision of the holder that a write may have put into the slot, on disk before the write is
   * sent; 0 = the content cannot come from latchd. It distinguishes latchd's own masked or older code from an
   * unmanaged code after a write without an answer.
   */
  readonly attemptedRevision: number;
  /** Consecutive refusals of the desired revision. The third parks the slot. */
  readonly refusals: number;
  /** The revision at which the slot was parked; null = not parked. */
  readonly parkedRevision: number | null;
  /** No write happens before this time: the pause after a refusal, and between tries of a refused revocation. */
  readonly retryAtMs: number | null;
  /** When an overdue revocation was last published. */
  readonly overdueToldAtMs: number | null;
  readonly verifiedAtMs: number | null;
  /**
   * When a code that this slot should not contain last opened the lock, ms UTC: latchd reads the slot, unless
   * it did so since. Absent = never.
   */
  readonly doubtedAtMs?: number;
  /** The last refusal of the code by the lock's schedule inside the code's window; absent = never. */
  readonly scheduleDoubt?: ScheduleDoubt;
  /** How the lock itself enforces the window of the code in this slot. */
  readonly guard: SlotEnforcement;
  /**
   * Week-day schedules of this user that may be on the lock. The next weekly password clears those that it does not
   * need.
   */
  readonly schedulesSent: number;
  /**
   * Year-day schedules of this user that another gateway may have left on the lock; absent = none. latchd
   * needs only the first: it clears the others when the slot gets its first year-day schedule.
   */
  readonly unseenYearDays?: number;
  /** Number of the newest event about this slot, counted by the lock's `slotEventSeq`; absent = none. */
  readonly lastEventSeq?: number;
  /** When the lock last reported an edit of this slot, ms UTC; absent = never. */
  readonly toldAtMs?: number;
  /** When a write to this slot was last sent or answered, ms UTC; absent = never. */
  readonly writtenAtMs?: number;
  /** When Set PIN Code and Clear PIN Code were last sent, ms UTC; absent = never. */
  readonly setAtMs?: number;
  readonly clearedAtMs?: number;
  /** Which of the two was sent last; absent = neither. */
  readonly lastWrite?: "set" | "clear";
  /** Mark of the code that was last sent to this slot; absent or null = none. */
  readonly sentMark?: CodeMark | null;
  /** Mark of the random code that was last sent over a revoked code in this slot; absent = none was. */
  readonly junkMark?: CodeMark;
  /**
   * `due`: the next try sets a random code over the revoked one. `tried`: this series of tries has sent one.
   * Absent or null: neither.
   */
  readonly overwrite?: "due" | "tried" | null;
  /** An edit that only a read can prove; absent or null = none. */
  readonly unprovenEdit?: UnprovenEdit | null;
  /** Edits that were reported soon after a write, and that no read could distinguish from echoes; absent = 0. */
  readonly echoes?: number;
}

/** Returns the record of a slot of which nothing is known yet. */
export function unknownSlot(lock: LockId, userId: UserId): SlotRecord {
  return {
    lock,
    userId,
    holder: null,
    content: { kind: "unknown" },
    confidence: "unconfirmed",
    mayDiffer: false,
    localEdit: null,
    appliedRevision: 0,
    attemptedRevision: 0,
    refusals: 0,
    parkedRevision: null,
    retryAtMs: null,
    overdueToldAtMs: null,
    verifiedAtMs: null,
    guard: { kind: "none" },
    schedulesSent: 0,
  };
}
/** Slots of one lock by user id; a slot that was never read has no record. */

export type Slots = ReadonlyMap<UserId, SlotRecord>;

import type { LockId, UserId, UserStatus, UserType } from "./door-lock.ts";
import type { PasswordId } from "./password.ts";
import type { CodeMark } from "./sealed.ts";
import type { SlotGuard } from "./slot-guard.ts";

/**
 * What a slot is known to hold. `unknown` is not empty; `occupied` with `mark: null` is a code that
 * was masked or never read, and is compared by nothing.
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

/** How sure the content is: the lock said so itself, or it only accepted a command. */
export type SlotConfidence = "confirmed" | "unconfirmed";

/** One ZCL user id on one lock: reported state. */
export interface SlotRecord {
  readonly lock: LockId;
  readonly userId: UserId;
  /** The password the slot belongs to; kept as a tombstone until the clear is confirmed. Null = nobody's or a stranger's. */
  readonly holder: PasswordId | null;
  readonly content: SlotContent;
  readonly confidence: SlotConfidence;
  /**
   * A write to this slot may have been sent since `content` was learned. It is on disk before the
   * write leaves, so that after a crash the slot is read back before it is trusted.
   */
  readonly mayDiffer: boolean;
  /** A code was added or changed at the keypad and the lock did not tell it: read it, then tell the cloud. */
  readonly localEdit: "added" | "changed" | null;
  /** The holder's revision that the content was made from; 0 = none. Never falls. */
  readonly appliedRevision: number;
  /**
   * The newest revision of the holder that a write of ours may have carried into the slot, on disk
   * before the write leaves; 0 = whatever is in there cannot be ours. Tells our own masked or older
   * code from a stranger's after a write whose outcome was never heard.
   */
  readonly attemptedRevision: number;
  /** Refusals in a row for the wanted revision; at three the slot is parked. */
  readonly refusals: number;
  /** The revision at which the slot was parked; null = not parked. */
  readonly parkedRevision: number | null;
  /** No write before this time: spacing after a refusal, and between tries of a refused revocation. */
  readonly retryAtMs: number | null;
  /** When a revocation that could not be carried out was last told as overdue. */
  readonly overdueToldAtMs: number | null;
  readonly verifiedAtMs: number | null;
  /** The lock's own schedules for the code in here. */
  readonly guard: SlotGuard;
  /** So many week-day schedules of this user may be there: a later week takes those it does not need away. */
  readonly schedulesSent: number;
  /**
   * So many year-day schedules of this user another gateway may have left in the lock; absent = none. latchd
   * needs but the first: those after it are cleared when the slot gets its first stay.
   */
  readonly unseenYearDays?: number;
}

/** A slot of which nothing is known yet. */
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

import type { LockId, UserId, UserStatus, UserType } from "./door-lock.ts";
import type { ScheduleDoubt, SlotEnforcement } from "./enforcement.ts";
import type { PasswordId } from "./password.ts";
import type { CodeMark } from "./sealed-code.ts";

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

/**
 * An edit that the lock told of and that may be none: an echo of a write of ours, a repeated event, or an
 * event that does not name its slot. The slot is unknown until a read, asked after the event, proves what
 * happened.
 */
export interface UnprovenEdit {
  readonly told: "deleted" | "changed";
  /** A write of ours was so recent that the event may tell of it. */
  readonly isEcho: boolean;
  /** What the slot held when the first of these events came. */
  readonly before: SlotContent["kind"];
  /** Codes that the slot may hold without anybody having edited it, the likeliest last. */
  readonly marks: readonly CodeMark[];
}

/** One ZCL user id on one lock: reported state. */
export interface SlotRecord {
  readonly lock: LockId;
  readonly userId: UserId;
  /** The password the slot belongs to; kept as a tombstone until the clear is confirmed. Null = nobody's or a stranger's. */
  readonly holder: PasswordId | null;
  /** Since when it is the holder's, ms UTC; absent = since the password was made, or not known. */
  readonly heldSinceMs?: number;
  readonly content: SlotContent;
  readonly confidence: SlotConfidence;
  /** What a restored copy says of the slot, which is unknown until it is read; absent = it was read since. */
  readonly copied?: Exclude<SlotContent, { kind: "unknown" }>;
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
  /**
   * When a code opened that should not be in here, ms UTC: the slot is read unless it was since; absent =
   * never.
   */
  readonly doubtedAtMs?: number;
  /** When the lock last refused the code by its schedule inside the code's window; absent = never. */
  readonly scheduleDoubt?: ScheduleDoubt;
  /** The lock's own schedules for the code in here. */
  readonly guard: SlotEnforcement;
  /** So many week-day schedules of this user may be there: a later week takes those it does not need away. */
  readonly schedulesSent: number;
  /**
   * So many year-day schedules of this user another gateway may have left in the lock; absent = none. latchd
   * needs but the first: those after it are cleared when the slot gets its first stay.
   */
  readonly unseenYearDays?: number;
  /** Number of the newest event about this slot, counted by the lock's `slotEventSeq`; absent = none. */
  readonly lastEventSeq?: number;
  /** When an edit of this slot was last told, ms UTC; absent = never. */
  readonly toldAtMs?: number;
  /** When a write of ours last left for this slot or was answered, ms UTC; absent = never. */
  readonly writtenAtMs?: number;
  /** When Set PIN Code and Clear PIN Code were last sent, ms UTC; absent = never. */
  readonly setAtMs?: number;
  readonly clearedAtMs?: number;
  /** Which of the two left last; absent = neither. */
  readonly lastWrite?: "set" | "clear";
  /** Of the code that last left for this slot; absent or null = none. */
  readonly sentMark?: CodeMark | null;
  /** Mark of the random code that was last sent to replace a revoked one in this slot; absent = none was. */
  readonly junkMark?: CodeMark;
  /**
   * `due`: the next try sets a random code over the revoked one. `tried`: that was sent in this series of tries.
   * Absent or null: neither.
   */
  readonly overwrite?: "due" | "tried" | null;
  /** An edit that only a read can prove; absent or null = none. */
  readonly unprovenEdit?: UnprovenEdit | null;
  /** Edits told soon after a write of the attempted revision that no read could tell from echoes; absent = 0. */
  readonly echoes?: number;
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
/** Slots of one lock by user id; a slot that was never read has no record. */

export type Slots = ReadonlyMap<UserId, SlotRecord>;

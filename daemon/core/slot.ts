import type { LockId, UserId, UserStatus, UserType } from "./door-lock.ts";
import type { PasswordId } from "./password.ts";
import type { CodeMark } from "./sealed.ts";

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
  /** The holder's revision that the content was made from; 0 = none. Never falls. */
  readonly appliedRevision: number;
  /** Refusals in a row for the wanted revision; at three the slot is parked. */
  readonly refusals: number;
  /** The revision at which the slot was parked; null = not parked. */
  readonly parkedRevision: number | null;
  readonly verifiedAtMs: number | null;
}

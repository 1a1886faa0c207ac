import type { Shown } from "../evidence/slot-content-shown.ts";
import type { KeypadEdits } from "../keypad/keypad-edits.ts";
import type { RefusalStatus } from "../model/door-lock.ts";
import type { LockRecord, LockView } from "../model/lock.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { CodeMark, SealedCode } from "../model/sealed-code.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { PlannedOperation } from "../model/slot-operation.ts";

/** How a slot operation ended, codes replaced by their marks. */
export type SlotOutcome =
  /** `isWitnessed`: an event of the lock told so, not only its answer. */
  | { readonly kind: "done"; readonly isWitnessed?: boolean }
  | {
      readonly kind: "read";
      readonly content: Shown;
      /** The code that was shown, sealed for the holder's `sealedFor`; null = empty, masked or nobody's. */
      readonly code: SealedCode | null;
      /** The same code sealed anew, for the case that a person made it; absent = it was not asked for that. */
      readonly edited?: { readonly code: SealedCode | null; readonly sealedFor: string };
    }
  | { readonly kind: "refused"; readonly status: RefusalStatus }
  | { readonly kind: "unsupported" }
  | { readonly kind: "unreadable" }
  | Unreachable;

/** The lock gave no answer. */
export interface Unreachable {
  readonly kind: "unreachable";
  /** It may have acted. */
  readonly wasSent: boolean;
  /** The stick has failed the frame: nothing is said of the lock. */
  readonly isStickFault?: boolean;
}

/** All that is looked at to record how a slot operation ended. */
export interface OutcomeInput {
  readonly lock: LockRecord;
  /** The slot as it is stored when the outcome is recorded. */
  readonly slot: SlotRecord;
  /** Its holder as it is stored now; null = nobody. It may want something newer than what was sent. */
  readonly holder: PasswordRecord | null;
  /** What was sent: the holder's revision and code when the operation was planned. */
  readonly sent: { readonly revision: number; readonly mark: CodeMark | null };
  readonly operation: PlannedOperation;
  readonly outcome: SlotOutcome;
  /** The lock has taken a code of ours before: one bad answer does not unlearn that. */
  readonly hasTakenCodes?: boolean;
  readonly nowMs: number;
  /** Number of the lock's newest event when the operation left (`eventSeqOf`); absent = none came since. */
  readonly askedSeq?: number;
  /** The slot as it was planned with, before the write was marked in it; absent = as `slot`. */
  readonly planned?: SlotRecord;
  /** Everything stored of the lock now; absent = no edit is proved and no other slot looked at. */
  readonly view?: LockView;
  /** `keep` when it is absent. */
  readonly keypadEdits?: KeypadEdits;
}

import type { Shown } from "../evidence/shown-slot-content.ts";
import type { KeypadEdits } from "../keypad/keypad-edits.ts";
import type { RefusalStatus } from "../model/door-lock.ts";
import type { LockRecord, LockView } from "../model/lock.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { CodeMark, SealedCode } from "../model/sealed-code.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { PlannedOperation } from "../model/slot-operation.ts";

/** How a slot operation ended, with marks instead of codes. */
export type SlotOutcome =
  /** `isReportedByEvent`: the lock reported it by an event, not only by its answer. */
  | { readonly kind: "done"; readonly isReportedByEvent?: boolean }
  | {
      readonly kind: "read";
      readonly content: Shown;
      /** The code that was shown, sealed for the holder's `sealedFor`; null = empty, masked or unmanaged. */
      readonly code: SealedCode | null;
      /** The same code sealed for a new password, in case a person made it; absent = this was not requested. */
      readonly edited?: { readonly code: SealedCode | null; readonly sealedFor: string };
    }
  | { readonly kind: "refused"; readonly status: RefusalStatus }
  | { readonly kind: "unsupported" }
  | { readonly kind: "unreadable" }
  | Unreachable;

/** The lock did not answer. */
export interface Unreachable {
  readonly kind: "unreachable";
  /** The frame was sent, so the lock may have acted. */
  readonly wasSent: boolean;
  /** The stick failed to send the frame: that says nothing about the lock. */
  readonly isStickFault?: boolean;
}

/** The input for the effects of a slot operation's outcome. */
export interface OutcomeInput {
  readonly lock: LockRecord;
  /** The slot as it is stored when the outcome is recorded. */
  readonly slot: SlotRecord;
  /** Its holder as it is stored now; null = none. Its revision may be newer than the sent one. */
  readonly holder: PasswordRecord | null;
  /** What was sent: the holder's revision and code when the operation was planned. */
  readonly sent: { readonly revision: number; readonly mark: CodeMark | null };
  readonly operation: PlannedOperation;
  readonly outcome: SlotOutcome;
  /** The lock has accepted a code before: one bad answer does not disprove that. */
  readonly hasTakenCodes?: boolean;
  readonly nowMs: number;
  /** Number of the lock's newest event when the operation was sent (`eventSeqOf`); absent = no event since. */
  readonly askedSeq?: number;
  /** The slot as the plan saw it, before the write-ahead mark; absent = as `slot`. */
  readonly planned?: SlotRecord;
  /** Everything that is stored of the lock now; absent = no edit is proved and no other slot is checked. */
  readonly view?: LockView;
  /** Absent = `keep`. */
  readonly keypadEdits?: KeypadEdits;
}

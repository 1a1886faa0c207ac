import type { RadioJudgement } from "../../core/logs/radio-log.ts";
import type { UserId } from "../../core/model/door-lock.ts";
import type { Effects, LockView } from "../../core/model/lock.ts";
import type { OperationName } from "../../core/model/operation.ts";

/** What an outcome means. */
export interface Evaluation {
  readonly effects: Effects;
  /** What the radio log says of the operation. */
  readonly verdict: RadioJudgement;
}

/** An operation of the plan that has its outcome. */
export interface CompletedOperation {
  readonly name: OperationName;
  /** The slot; absent = the lock's clock. */
  readonly userId?: UserId;
  readonly outcome: { readonly kind: string; readonly isStickFault?: boolean };
  /**
   * Returns what the outcome means for the records as they are now, or null if they are gone. Whoever calls
   * it must store the effects in the same turn of the event loop: an event that is taken in between would be lost.
   */
  evaluate(view: LockView): Evaluation | null;
}

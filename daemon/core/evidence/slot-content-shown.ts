import type { LockRecord } from "../model/lock.ts";
import type { SlotContent } from "../model/slot.ts";
import type { PlannedOperation } from "../model/slot-operation.ts";

/** What a lock shows of a slot; never `unknown`. */
export type Shown = Exclude<SlotContent, { kind: "unknown" }>;

/**
 * A masked code keeps the mark of the one that was set, if that was the last thing known; and Get User
 * Status says nothing of the user type.
 */
export function recalled(
  shown: Shown,
  before: SlotContent,
  operation: PlannedOperation["name"],
): Shown {
  if (shown.kind !== "occupied" || before.kind !== "occupied") return shown;
  const userType = operation === "getUserStatus" ? before.userType : shown.userType;
  return { ...shown, userType, mark: shown.mark ?? before.mark };
}

/** The user type is another matter: schedules come and go without the code. */
export function sameContent(a: SlotContent, b: SlotContent): boolean {
  if (a.kind !== "occupied" || b.kind !== "occupied") return a.kind === b.kind;
  return a.mark === b.mark && a.userStatus === b.userStatus;
}

/** Do schedules decide when the code in the slot opens? */
export function isBound(content: SlotContent): boolean {
  if (content.kind !== "occupied") return false;
  return content.userType === "yearDay" || content.userType === "weekDay";
}

/** The code that was set is bound by schedules still, and the lock has no Set User Type to free it. */
export function isBoundForGood(lock: LockRecord, shown: Shown, was: SlotContent): boolean {
  if (lock.scheduling.setsUserType !== "no") return false;
  return sameContent(shown, was) && isBound(shown) && !isBound(was);
}

import type { LockRecord } from "../model/lock.ts";
import type { SlotContent } from "../model/slot.ts";
import type { PlannedOperation } from "../model/slot-operation.ts";

/** What a lock shows of a slot; never `unknown`. */
export type Shown = Exclude<SlotContent, { kind: "unknown" }>;

/**
 * Completes what the lock shows by what was known: a masked code keeps the mark of the code that was set, and Get User
 * Status does not show the user type.
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

/** Says whether code and status are the same. The user type does not count: schedules change without the code. */
export function sameContent(a: SlotContent, b: SlotContent): boolean {
  if (a.kind !== "occupied" || b.kind !== "occupied") return a.kind === b.kind;
  return a.mark === b.mark && a.userStatus === b.userStatus;
}

/** Says whether schedules decide when the code in the slot opens. */
export function isBound(content: SlotContent): boolean {
  if (content.kind !== "occupied") return false;
  return content.userType === "yearDay" || content.userType === "weekDay";
}

/** Says whether schedules still bind the code that was set, and the lock has no Set User Type to free it. */
export function isBoundForGood(lock: LockRecord, shown: Shown, was: SlotContent): boolean {
  if (lock.scheduling.setsUserType !== "no") return false;
  return sameContent(shown, was) && isBound(shown) && !isBound(was);
}

import type { PlannedOperation } from "./plan-work.ts";
import type { SlotRecord } from "./slot.ts";
import { schedulesLeft } from "./slot-guard.ts";

/**
 * The slot as it has to be on disk before `operation` leaves: after a crash or a timeout it tells what
 * may be in there.
 * @param revision the holder's, 0 without one
 * @returns null when it is so already, or nothing is written.
 */
export function markedFor(
  slot: SlotRecord,
  operation: PlannedOperation,
  revision: number,
): SlotRecord | null {
  if (operation.name === "getPinCode" || operation.name === "getUserStatus") return null;
  const isSet = operation.name === "setPinCode";
  const attemptedRevision = Math.max(slot.attemptedRevision, isSet ? revision : 0);
  // Setting a code drops the schedules on many locks, whether its answer is heard or not.
  const isGuardLost = isSet && slot.guard.kind !== "none";
  if (slot.mayDiffer && attemptedRevision === slot.attemptedRevision && !isGuardLost) return null;
  const marked: SlotRecord = { ...slot, mayDiffer: true, attemptedRevision };
  if (slot.guard.kind === "none" || !isGuardLost) return marked;
  // What it refuses of this window it refuses after a set as well.
  const guard = slot.guard.kind === "refused" ? slot.guard : ({ kind: "none" } as const);
  return { ...marked, guard, schedulesSent: schedulesLeft(slot) };
}

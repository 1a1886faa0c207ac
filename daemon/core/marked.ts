import type { PlannedOperation } from "./plan-work.ts";
import type { SlotRecord } from "./slot.ts";

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
  if (slot.mayDiffer && attemptedRevision === slot.attemptedRevision) return null;
  return { ...slot, mayDiffer: true, attemptedRevision };
}

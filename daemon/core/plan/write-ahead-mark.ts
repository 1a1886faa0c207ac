import { leftoverSchedules } from "../enforcement/slot-enforcement.ts";
import type { CodeMark } from "../model/sealed-code.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { PlannedOperation } from "../model/slot-operation.ts";

/**
 * The slot as it has to be on disk before `operation` leaves: after a crash or a timeout it tells what
 * may be in there.
 * @param sent the holder's revision (0 without one) and the mark of its code
 * @param nowMs when it leaves, ms UTC: what the lock tells soon after may be an echo
 * @returns null when nothing is written.
 */
export function writeAheadMark(
  slot: SlotRecord,
  operation: PlannedOperation,
  sent: { readonly revision: number; readonly mark: CodeMark | null },
  nowMs: number,
): SlotRecord | null {
  if (operation.name === "getPinCode" || operation.name === "getUserStatus") return null;
  const isSet = operation.name === "setPinCode";
  const attemptedRevision = Math.max(slot.attemptedRevision, isSet ? sent.revision : 0);
  // Setting a code drops the schedules on many locks, whether its answer is heard or not.
  const isEnforcementLost = isSet && slot.guard.kind !== "none";
  const marked: SlotRecord = {
    ...slot,
    mayDiffer: true,
    attemptedRevision,
    writtenAtMs: nowMs,
    ...(isSet && operation.isJunk === true ? overwritten(sent.mark) : {}),
    ...(isSet ? { setAtMs: nowMs, sentMark: sent.mark, lastWrite: "set" } : {}),
    ...(operation.name === "clearPinCode" ? { clearedAtMs: nowMs, lastWrite: "clear" } : {}),
    // Another code is another question.
    ...(attemptedRevision > slot.attemptedRevision ? { echoes: 0 } : {}),
  };
  if (slot.guard.kind === "none" || !isEnforcementLost) return marked;
  // What it refuses of this window it refuses after a set as well.
  const guard = slot.guard.kind === "refused" ? slot.guard : ({ kind: "none" } as const);
  return { ...marked, guard, schedulesSent: leftoverSchedules(slot) };
}

/** By its mark the random code is known even if nothing is heard of it any more. */
function overwritten(mark: CodeMark | null): Partial<SlotRecord> {
  return { overwrite: "tried", ...(mark === null ? {} : { junkMark: mark }) };
}

import { leftoverSchedules } from "../enforcement/slot-enforcement.ts";
import type { CodeMark } from "../model/sealed-code.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { PlannedOperation } from "../model/slot-operation.ts";

/**
 * Returns the slot as it must be on disk before `operation` is sent. After a crash or a timeout the record says what
 * the slot may hold.
 * @param sent the holder's revision (0 without one) and the mark of its code
 * @param nowMs when the operation is sent, ms UTC: an event soon after it may be an echo
 * @returns null for a read, which needs no mark
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
  // Setting a code drops the schedules on many locks, whether the answer is received or not.
  const isEnforcementLost = isSet && slot.guard.kind !== "none";
  const marked: SlotRecord = {
    ...slot,
    mayDiffer: true,
    attemptedRevision,
    writtenAtMs: nowMs,
    ...(isSet && operation.isJunk === true ? overwritten(sent.mark) : {}),
    ...(isSet ? { setAtMs: nowMs, sentMark: sent.mark, lastWrite: "set" } : {}),
    ...(operation.name === "clearPinCode" ? { clearedAtMs: nowMs, lastWrite: "clear" } : {}),
    // Echoes are counted for one code.
    ...(attemptedRevision > slot.attemptedRevision ? { echoes: 0 } : {}),
  };
  if (slot.guard.kind === "none" || !isEnforcementLost) return marked;
  // The lock will refuse the schedules of this window after the set as well.
  const guard = slot.guard.kind === "refused" ? slot.guard : ({ kind: "none" } as const);
  return { ...marked, guard, schedulesSent: leftoverSchedules(slot) };
}

/** Returns the mark of the random digits: with it they are recognised even if no answer comes. */
function overwritten(mark: CodeMark | null): Partial<SlotRecord> {
  return { overwrite: "tried", ...(mark === null ? {} : { junkMark: mark }) };
}

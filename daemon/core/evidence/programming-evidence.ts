import type { LockRecord } from "../model/lock.ts";
import type { LockEvent } from "../model/lock-event.ts";
import type { CodeMark } from "../model/sealed-code.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { PlannedOperation } from "../model/slot-operation.ts";
import { isRecent } from "./event-sequence.ts";

type ProgrammingEvent = Extract<LockEvent, { kind: "programmingEvent" }>;

/**
 * A lock tells what was programmed over the air as well (source rf): a second witness of our own
 * writes, on some locks the only one.
 */

/**
 * Does the event say that `operation`, which is under way, was done?
 * @param sentMark of the code that is being set
 * @param shownMark of the code in the event; null = it shows none
 */
export function provesOperation(
  event: ProgrammingEvent,
  operation: PlannedOperation,
  sentMark: CodeMark | null,
  shownMark: CodeMark | null,
): boolean {
  if (event.source !== "rf" || event.userId !== operation.userId) return false;
  switch (operation.name) {
    case "setPinCode":
      return (
        isSet(event) &&
        (shownMark === null || shownMark === sentMark) &&
        (event.userStatus === null || event.userStatus === operation.userStatus)
      );
    case "clearPinCode":
      return event.code === "pinCodeDeleted";
    case "setUserStatus":
    case "getPinCode":
    case "getUserStatus":
      return false;
  }
}

/** The slot after an event over a write that was accepted before it came; null = it proves nothing new. */
export function confirmedBy(
  event: ProgrammingEvent,
  { lock, slot }: { readonly lock: LockRecord; readonly slot: SlotRecord | undefined },
  shownMark: CodeMark | null,
  nowMs: number,
): SlotRecord | null {
  if (slot === undefined || slot.holder === null || slot.confidence === "confirmed") return null;
  if (isSet(event) && showsUserType(lock)) return null;
  const { content, toldAtMs, writtenAtMs } = slot;
  // A person may have worked on the slot since: the event may tell of what was before.
  if (toldAtMs !== undefined && writtenAtMs !== undefined && toldAtMs >= writtenAtMs) return null;
  switch (content.kind) {
    case "unknown":
      return null;
    case "empty":
      if (event.code !== "pinCodeDeleted") return null;
      break;
    case "occupied":
      if (!isSet(event) || (shownMark !== null && shownMark !== content.mark)) return null;
      if (event.userStatus !== null && event.userStatus !== content.userStatus) return null;
  }
  // The event proves the slot empty as a read does. A code that appears later without a write of ours is not ours.
  const isFree = content.kind === "empty" && !slot.mayDiffer;
  const attemptedRevision = isFree ? 0 : slot.attemptedRevision;
  return { ...slot, attemptedRevision, confidence: "confirmed", verifiedAtMs: nowMs };
}

/**
 * Says whether the event speaks against what was confirmed: a write over the air that was not ours, or an
 * event that comes late. What a write of ours has left open is no contradiction.
 * @param shownMark of the code in the event; null = it shows none
 */
export function contradicts(
  event: ProgrammingEvent,
  { content, confidence, mayDiffer }: SlotRecord,
  shownMark: CodeMark | null,
): boolean {
  if (confidence !== "confirmed" || mayDiffer) return false;
  const isDeletion = event.code === "pinCodeDeleted";
  if (!isDeletion && !isSet(event)) return false;
  switch (content.kind) {
    case "unknown":
      return false;
    case "empty":
      return !isDeletion;
    case "occupied":
      return isDeletion || (shownMark !== null && shownMark !== content.mark);
  }
}

/**
 * Says whether an event over the air may tell of the write before this one: with another code set and cleared
 * within {@link echoWindowMs}, a late copy looks like the event of this one.
 * @param slot as it was before this write was marked
 */
export function isAmbiguous(
  { setAtMs, clearedAtMs, lastWrite, attemptedRevision }: SlotRecord,
  operation: PlannedOperation,
  sent: { readonly revision: number; readonly atMs: number },
): boolean {
  const wasSet = isRecent(setAtMs, sent.atMs);
  const wasCleared = isRecent(clearedAtMs, sent.atMs);
  if (operation.name === "clearPinCode") return wasCleared && lastWrite === "set";
  if (operation.name !== "setPinCode") return false;
  return wasSet && (attemptedRevision !== sent.revision || wasCleared);
}

/**
 * Does the lock show, when a slot is read, to which schedules its user is bound? Then nothing less
 * proves a set: some locks leave the type of the user before with the new code, which would keep its
 * tenant out, and the event over it says what was asked for or nothing.
 */
export function showsUserType({ capabilities }: LockRecord): boolean {
  const { yearDaySchedulesPerUser, weekDaySchedulesPerUser, pinReadBack } = capabilities;
  return yearDaySchedulesPerUser + weekDaySchedulesPerUser > 0 && pinReadBack !== "silent";
}

function isSet({ code }: ProgrammingEvent): boolean {
  return code === "pinCodeAdded" || code === "pinCodeChanged";
}

import type { LockRecord } from "../model/lock.ts";
import type { LockEvent } from "../model/lock-event.ts";
import type { CodeMark } from "../model/sealed-code.ts";
import type { SlotContent, SlotRecord } from "../model/slot.ts";
import type { PlannedOperation } from "../model/slot-operation.ts";
import { isRecent } from "./event-sequence.ts";

type ProgrammingEvent = Extract<LockEvent, { kind: "programmingEvent" }>;

/**
 * A lock also reports what was programmed over the radio (source rf). Such an event proves our own writes, on some
 * locks as the only proof.
 */

/**
 * Says whether the event proves that `operation`, which is in progress, was done.
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

/** Returns the slot after an event about a write that the lock accepted before, or null if it proves nothing new. */
export function confirmedBy(
  event: ProgrammingEvent,
  { lock, slot }: { readonly lock: LockRecord; readonly slot: SlotRecord | undefined },
  shownMark: CodeMark | null,
  nowMs: number,
): SlotRecord | null {
  if (slot === undefined || slot.holder === null || slot.confidence === "confirmed") return null;
  if (isSet(event) && showsUserType(lock)) return null;
  if (mayBeOlder(slot) || !agrees(event, slot.content, shownMark)) return null;
  // The event proves the slot empty as a read does. A code that appears later without a write of ours is not ours.
  const isFree = slot.content.kind === "empty" && !slot.mayDiffer;
  const attemptedRevision = isFree ? 0 : slot.attemptedRevision;
  return { ...slot, attemptedRevision, confidence: "confirmed", verifiedAtMs: nowMs };
}

/** A person may have edited the slot since our write: then the event may be about what was before. */
function mayBeOlder({ toldAtMs, writtenAtMs }: SlotRecord): boolean {
  return toldAtMs !== undefined && writtenAtMs !== undefined && toldAtMs >= writtenAtMs;
}

/** Says whether the event reports just what the slot is taken to hold. */
function agrees(
  event: ProgrammingEvent,
  content: SlotContent,
  shownMark: CodeMark | null,
): boolean {
  switch (content.kind) {
    case "unknown":
      return false;
    case "empty":
      return event.code === "pinCodeDeleted";
    case "occupied":
      return (
        isSet(event) &&
        (shownMark === null || shownMark === content.mark) &&
        (event.userStatus === null || event.userStatus === content.userStatus)
      );
  }
}

/**
 * Says whether the event contradicts what was confirmed: it reports a write over the radio that was not ours, or it is
 * late. While a write of ours is open, nothing is contradicted.
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
 * Says whether an event may be about the write before this one: if another code was set and cleared within
 * {@link echoWindowMs}, a late copy of its event looks like the event of this write.
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
 * Says whether a read of a slot shows which schedules bind its user. Then only a read proves a set: some locks leave
 * the previous user type with the new code, which would keep the tenant out, and the event does not show that.
 */
export function showsUserType({ capabilities }: LockRecord): boolean {
  const { yearDaySchedulesPerUser, weekDaySchedulesPerUser, pinReadBack } = capabilities;
  return yearDaySchedulesPerUser + weekDaySchedulesPerUser > 0 && pinReadBack !== "silent";
}

function isSet({ code }: ProgrammingEvent): boolean {
  return code === "pinCodeAdded" || code === "pinCodeChanged";
}

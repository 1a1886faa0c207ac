import type { LockRecord } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";

/**
 * Which of two facts about a slot is the newer one. Each event that tells of an edit gets the next number of
 * its lock, and a slot keeps the number of its newest event. An answer is older than an event when it was
 * asked before the event came, whenever it arrives; see docs/decisions/order-of-knowledge.md.
 */

/** A lock may tell of a write of ours as of an edit at its keypad for this long. Measured: 2 s and 4 s (ID Lock 150). */
export const echoWindowMs = 15_000;

/** So many times an edit that may be an echo, and that no read can decide, has the slot written again. */
export const rewriteLimit = 1;

/** The number of the newest event that the lock has told; what is asked now is newer than it. */
export function eventSeqOf({ slotEventSeq }: LockRecord): number {
  return slotEventSeq ?? 0;
}

/**
 * Says whether an event about the slot came after the question.
 * @param askedSeq {@link eventSeqOf} the lock when the question left; undefined = nothing can have come
 * @param slot undefined = it has no record, so every event may have been about it
 */
export function isOutdated(
  askedSeq: number | undefined,
  lock: LockRecord,
  slot: SlotRecord | undefined,
): boolean {
  if (askedSeq === undefined) return false;
  return (slot === undefined ? eventSeqOf(lock) : (slot.lastEventSeq ?? 0)) > askedSeq;
}

/** Says whether an edit told now may be an echo of a write of ours, one under way included. */
export function mayBeEcho({ mayDiffer, writtenAtMs }: SlotRecord, nowMs: number): boolean {
  return mayDiffer || isRecent(writtenAtMs, nowMs);
}

/** Says whether an edit told now may be a late copy of one that was told before. */
export function mayBeRepeated({ toldAtMs }: SlotRecord, nowMs: number): boolean {
  return isRecent(toldAtMs, nowMs);
}

/** The clock may have been set back meanwhile: so far away on either side is not recent. */
export function isRecent(atMs: number | undefined, nowMs: number): boolean {
  return atMs !== undefined && Math.abs(nowMs - atMs) <= echoWindowMs;
}

/** Echoes go on after a rewrite: no read and no write can tell what is in the slot. */
export function isUndecidable({ echoes }: SlotRecord): boolean {
  return (echoes ?? 0) > rewriteLimit;
}

/** What stays true of a slot when its holder changes: when it was written and what was told of it. */
export function slotHistory(
  slot: SlotRecord,
): Pick<
  SlotRecord,
  | "lastEventSeq"
  | "toldAtMs"
  | "writtenAtMs"
  | "setAtMs"
  | "clearedAtMs"
  | "lastWrite"
  | "sentMark"
  | "unprovenEdit"
> {
  const { lastEventSeq, toldAtMs, writtenAtMs, setAtMs, clearedAtMs } = slot;
  const { lastWrite, sentMark, unprovenEdit } = slot;
  return {
    ...(lastEventSeq === undefined ? {} : { lastEventSeq }),
    ...(toldAtMs === undefined ? {} : { toldAtMs }),
    ...(writtenAtMs === undefined ? {} : { writtenAtMs }),
    ...(setAtMs === undefined ? {} : { setAtMs }),
    ...(clearedAtMs === undefined ? {} : { clearedAtMs }),
    ...(lastWrite === undefined ? {} : { lastWrite }),
    ...(sentMark === undefined || sentMark === null ? {} : { sentMark }),
    ...(unprovenEdit === undefined || unprovenEdit === null ? {} : { unprovenEdit }),
  };
}

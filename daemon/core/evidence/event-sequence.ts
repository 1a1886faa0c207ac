import type { LockRecord } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";

/**
 * Decides which of two facts about a slot is newer. Each event of an edit gets the next number of its lock, and a slot
 * keeps the number of its newest event. An answer is older than an event if its request was sent before the event was
 * received, whenever the answer arrives; see docs/decisions/order-of-knowledge.md.
 */

/** How long a lock may report a write of ours as an edit at its keypad, ms. Measured: 2 s and 4 s (ID Lock 150). */
export const echoWindowMs = 15_000;

/** How often the slot is written again after an edit that may be an echo and that no read can decide. */
export const rewriteLimit = 1;

/** Returns the number of the lock's newest event. A request that is sent now is newer than it. */
export function eventSeqOf({ slotEventSeq }: LockRecord): number {
  return slotEventSeq ?? 0;
}

/**
 * Says whether an event about the slot was received after the request was sent.
 * @param askedSeq {@link eventSeqOf} the lock when the request was sent; undefined = no event can have come since
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

/** Says whether an edit reported now may be an echo of a write of ours, also of one in progress. */
export function mayBeEcho({ mayDiffer, writtenAtMs }: SlotRecord, nowMs: number): boolean {
  return mayDiffer || isRecent(writtenAtMs, nowMs);
}

/** Says whether an edit reported now may be a late copy of an earlier report. */
export function mayBeRepeated({ toldAtMs }: SlotRecord, nowMs: number): boolean {
  return isRecent(toldAtMs, nowMs);
}

/** Says whether the time is recent, on either side of now: the clock may have been set back meanwhile. */
export function isRecent(atMs: number | undefined, nowMs: number): boolean {
  return atMs !== undefined && Math.abs(nowMs - atMs) <= echoWindowMs;
}

/** Says whether echoes came after a rewrite too: no read and no write can show what the slot holds. */
export function isUndecidable({ echoes }: SlotRecord): boolean {
  return (echoes ?? 0) > rewriteLimit;
}

/** Returns what stays true of a slot when another password gets it: when it was written and what was reported. */
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

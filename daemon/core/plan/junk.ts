import type { LockView } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";

/**
 * A lock that neither clears nor disables a code may still take another one in its place: a random code that
 * nobody is told and that is stored nowhere. Only its mark is kept, so that it is known as junk: the slot can be
 * given to the next password, which is set over it.
 */

/** Says whether the slot holds a random code that took the place of a revoked one. */
export function holdsJunk({
  content,
  junkMark,
}: Pick<SlotRecord, "content" | "junkMark">): boolean {
  return content.kind === "occupied" && content.mark !== null && content.mark === junkMark;
}

/**
 * Says whether a code of ours that the lock has refused to clear may be overwritten: the lock cannot disable it
 * either, and takes codes.
 */
export function mayOverwrite({ lock }: Pick<LockView, "lock">, slot: SlotRecord): boolean {
  const { userStatus, setsPinCodes } = lock.capabilities;
  return userStatus === "no" && setsPinCodes !== "no" && slot.attemptedRevision > 0;
}

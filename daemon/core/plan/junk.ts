import type { LockView } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";

/**
 * A lock that neither clears nor disables a code may still replace it. Then latchd sets random digits that nobody
 * knows and that are stored nowhere; only their mark is kept ("junk"). The next password can have the slot: its code
 * replaces the random digits.
 */

/** Says whether the slot holds random digits that replaced a revoked code. */
export function holdsJunk({
  content,
  junkMark,
}: Pick<SlotRecord, "content" | "junkMark">): boolean {
  return content.kind === "occupied" && content.mark !== null && content.mark === junkMark;
}

/**
 * Says whether a code of ours that the lock refuses to clear may be overwritten: the lock cannot disable it, and it
 * takes codes.
 */
export function mayOverwrite({ lock }: Pick<LockView, "lock">, slot: SlotRecord): boolean {
  const { userStatus, setsPinCodes } = lock.capabilities;
  return userStatus === "no" && setsPinCodes !== "no" && slot.attemptedRevision > 0;
}

import type { Capabilities, UserId } from "../model/door-lock.ts";
import { administratorId, dynamicPasswordId, type PasswordId } from "../model/password.ts";
import type { SlotRecord, Slots } from "../model/slot.ts";
import { holdsJunk } from "./junk.ts";

/** A lock with fewer slots for codes spares none for the dynamic password alone. */
export const dynamicSlotFrom = 8;

/**
 * The slot for a new password: the lowest that nobody holds and that is empty or not known.
 * Only when there is none, one with a random code that took a revoked one's place.
 * A slot with a stranger's code, a tombstone and the vendor's reserved ids are never given. The highest
 * is the dynamic password's own, on a lock that has slots enough; should somebody have a code in it
 * already, that stays, and the dynamic password takes another.
 * @returns null when the lock is full.
 */
export function allocateSlot(
  capabilities: Capabilities,
  slots: Slots,
  password: PasswordId,
): UserId | null {
  const own = dynamicSlot(capabilities);
  const isDynamic = password === dynamicPasswordId;
  const ownSlot = own === null ? undefined : slots.get(own);
  if (isDynamic && own !== null && (isFree(ownSlot) || isOverwritten(ownSlot))) return own;
  const reserved = new Set(capabilities.reservedUserIds);
  let overwritten: UserId | null = null;
  for (let userId = capabilities.firstUserId; userId <= capabilities.lastUserId; userId += 1) {
    if (reserved.has(userId) || userId === own) continue;
    const slot = slots.get(userId);
    if (isFree(slot)) return userId;
    if (isOverwritten(slot)) overwritten ??= userId;
  }
  return overwritten;
}

/** The slot that is kept for the dynamic password; null = the lock has too few. */
export function dynamicSlot(capabilities: Capabilities): UserId | null {
  const { firstUserId, lastUserId } = capabilities;
  const reserved = new Set(capabilities.reservedUserIds);
  let count = 0;
  let highest: UserId | null = null;
  for (let userId = firstUserId; userId <= lastUserId; userId += 1) {
    if (reserved.has(userId)) continue;
    count += 1;
    highest = userId;
  }
  return count < dynamicSlotFrom ? null : highest;
}

function isFree(slot: SlotRecord | undefined): boolean {
  // An unknown slot is read before it is written, as one that has no record is.
  if (slot === undefined) return true;
  return slot.holder === null && slot.content.kind !== "occupied" && !slot.mayDiffer;
}

function isOverwritten(slot: SlotRecord | undefined): boolean {
  return slot !== undefined && slot.holder === null && holdsJunk(slot) && !slot.mayDiffer;
}

/** The id after `id` for the next password of a lock; 999 is left out. */
export function nextPasswordIdAfter(id: PasswordId): PasswordId {
  return id + 1 === administratorId ? id + 2 : id + 1;
}

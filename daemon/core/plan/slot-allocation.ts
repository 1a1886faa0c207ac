import type { Capabilities, UserId } from "../model/door-lock.ts";
import { administratorId, dynamicPasswordId, type PasswordId } from "../model/password.ts";
import type { SlotRecord, Slots } from "../model/slot.ts";
import { holdsJunk } from "./junk.ts";

/** A lock with fewer slots than this reserves none for the dynamic password. */
export const dynamicSlotFrom = 8;

/**
 * Returns the slot for a new password: the lowest that no password has and that is empty or unknown. If there is
 * none, it is a slot with random digits that replaced a revoked code. A slot with a foreign code, a tombstone and the
 * vendor's reserved ids are never allocated. The highest slot is reserved for the dynamic password if the lock has
 * enough slots; a code that somebody already has there stays, and the dynamic password gets another slot.
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

/**
 * Returns the slot of a password that may have no other, or null while somebody else has it. The vendor's reserved ids
 * and the dynamic password's slot belong to somebody else.
 */
export function onlySlot(capabilities: Capabilities, slots: Slots, userId: UserId): UserId | null {
  const { firstUserId, lastUserId, reservedUserIds } = capabilities;
  const isOutside = userId < firstUserId || userId > lastUserId || reservedUserIds.includes(userId);
  if (isOutside || userId === dynamicSlot(capabilities)) return null;
  const slot = slots.get(userId);
  return isFree(slot) || isOverwritten(slot) ? userId : null;
}

/** Returns the slot that is reserved for the dynamic password, or null if the lock has too few slots. */
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
  // An unknown slot, and one without a record, is read before it is written.
  if (slot === undefined) return true;
  return slot.holder === null && slot.content.kind !== "occupied" && !slot.mayDiffer;
}

function isOverwritten(slot: SlotRecord | undefined): boolean {
  return slot !== undefined && slot.holder === null && holdsJunk(slot) && !slot.mayDiffer;
}

/** Returns the id of the lock's next password after `id`. It skips the administrator's 999. */
export function nextPasswordIdAfter(id: PasswordId): PasswordId {
  return id + 1 === administratorId ? id + 2 : id + 1;
}

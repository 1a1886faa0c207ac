import type { Capabilities, UserId } from "./door-lock.ts";
import { administratorId, type PasswordId } from "./password.ts";
import type { SlotRecord } from "./slot.ts";

/** Slots of one lock by user id; a slot that was never read has no record. */
export type Slots = ReadonlyMap<UserId, SlotRecord>;

/**
 * The slot for a new password: the lowest that nobody holds and that is empty or not known.
 * A slot with a stranger's code, a tombstone and the vendor's reserved ids are never given.
 * @returns null when the lock is full.
 */
export function allocateSlot(capabilities: Capabilities, slots: Slots): UserId | null {
  const reserved = new Set(capabilities.reservedUserIds);
  for (let userId = capabilities.firstUserId; userId <= capabilities.lastUserId; userId += 1) {
    if (reserved.has(userId)) continue;
    const slot = slots.get(userId);
    if (slot === undefined) return userId;
    // An unknown slot is read before it is written, as one that has no record is.
    const isStrangers = slot.content.kind === "occupied";
    if (slot.holder === null && !isStrangers && !slot.mayDiffer) return userId;
  }
  return null;
}

/** The id after `id` for the next password of a lock; 999 is left out. */
export function nextPasswordIdAfter(id: PasswordId): PasswordId {
  return id + 1 === administratorId ? id + 2 : id + 1;
}

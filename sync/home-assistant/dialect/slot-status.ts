import type { JsonObject } from "../../../daemon/base/json.ts";
import type { UserId } from "../../../daemon/core/model/door-lock.ts";
import type { LockView } from "../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../daemon/core/model/password.ts";
import { holdsJunk } from "../../../daemon/core/plan/junk.ts";
import { targetOf } from "../../../daemon/core/plan/target.ts";

/** Limit of the slots of one lock that a message lists. The lowest are listed, and others when they are asked for. */
export const maxListedSlots = 256;

/**
 * The state of a slot in the words of Zigbee2MQTT. `enabled`: it has a code that opens, or gets one as soon as the
 * lock can be reached. `disabled`: it is not free, and its code does not open or shall not. `available`: it is free.
 */
export type SlotStatus = "available" | "enabled" | "disabled";

/** Returns the states of the lock's slots by their numbers, and that of `asked` too. Digits are never in it. */
export function slotStatuses(view: LockView, nowMs: number, asked: UserId | null): JsonObject {
  const { firstUserId, lastUserId } = view.lock.capabilities;
  const last = Math.min(lastUserId, firstUserId + maxListedSlots - 1);
  const listed = Array.from({ length: Math.max(0, last - firstUserId + 1) }, (_, index) => {
    return firstUserId + index;
  });
  if (asked !== null && (asked < firstUserId || asked > last)) listed.push(asked);
  const holders = holdersOf(view);
  return Object.fromEntries(
    listed.map((userId) => [userId, { status: statusOf(view, userId, { holders, nowMs }) }]),
  );
}

type Holders = ReadonlyMap<UserId, PasswordRecord>;

/** Returns the password of each slot. A password that may have only one slot counts there also while it has none. */
function holdersOf({ passwords }: LockView): Holders {
  const holders = new Map<UserId, PasswordRecord>();
  for (const password of passwords) {
    const userId = password.userId ?? password.onlyUserId;
    if (userId !== undefined && !(password.userId === null && holders.has(userId))) {
      holders.set(userId, password);
    }
  }
  return holders;
}

function statusOf(
  view: LockView,
  userId: UserId,
  { holders, nowMs }: { readonly holders: Holders; readonly nowMs: number },
): SlotStatus {
  const { firstUserId, lastUserId, reservedUserIds } = view.lock.capabilities;
  if (userId < firstUserId || userId > lastUserId) return "disabled";
  const holder = holders.get(userId);
  if (holder !== undefined && !holder.isDeleted) {
    const opens = targetOf(holder, view.lock.capabilities, nowMs) === "open";
    return opens && holder.failure === null ? "enabled" : "disabled";
  }
  const slot = view.slots.get(userId);
  if (reservedUserIds.includes(userId) || slot === undefined) return "disabled";
  switch (slot.content.kind) {
    case "empty":
      return "available";
    case "unknown":
      // Unknown is not empty: a tool must not take it for a free slot.
      return "disabled";
    case "occupied":
      if (holdsJunk(slot)) return "available";
      if (holder !== undefined) return "disabled";
      return slot.content.userStatus === "occupiedEnabled" ? "enabled" : "disabled";
  }
}

import type { JsonObject } from "../../../daemon/base/json.ts";
import type { UserId } from "../../../daemon/core/model/door-lock.ts";
import type { LockView } from "../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../daemon/core/model/password.ts";
import type { SlotRecord } from "../../../daemon/core/model/slot.ts";
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
  const { capabilities } = view.lock;
  const { firstUserId, lastUserId, reservedUserIds } = capabilities;
  const isOutside = userId < firstUserId || userId > lastUserId;
  if (isOutside) return "disabled";
  const holder = holders.get(userId);
  if (holder !== undefined && !holder.isDeleted) {
    const opens = targetOf(holder, capabilities, nowMs) === "open";
    return opens && holder.failure === null ? "enabled" : "disabled";
  }
  if (reservedUserIds.includes(userId)) return "disabled";
  return statusOfContent(view.slots.get(userId), holder !== undefined);
}

/** @param isLeaving the slot is that of a deleted password until the lock has confirmed that it is clear */
function statusOfContent(slot: SlotRecord | undefined, isLeaving: boolean): SlotStatus {
  // Unknown is not empty: a tool must not take it for a free slot.
  if (slot === undefined || slot.content.kind === "unknown") return "disabled";
  if (slot.content.kind === "empty" || holdsJunk(slot)) return "available";
  if (isLeaving) return "disabled";
  return slot.content.userStatus === "occupiedEnabled" ? "enabled" : "disabled";
}

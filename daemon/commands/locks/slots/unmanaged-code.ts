import type { LockId, UserId } from "../../../core/model/door-lock.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { SlotRecord } from "../../../core/model/slot.ts";
import { holdsJunk } from "../../../core/plan/junk.ts";
import type { StoreView } from "../../../store/store.ts";

/** Returns whether a slot contains an unmanaged code: one on the lock that is no password of the gateway. */
export function isUnmanaged(slot: SlotRecord): boolean {
  return slot.holder === null && slot.content.kind === "occupied" && !holdsJunk(slot);
}

/** @throws GatewayError `notFound` */
export function requireUnmanaged(view: StoreView, lock: LockId, id: UserId): SlotRecord {
  const slot = view.get("slot", [lock, id]);
  if (slot !== undefined && isUnmanaged(slot)) return slot;
  throw new GatewayError("notFound", `user_id: slot ${id} holds no unmanaged code`, {
    field: "user_id",
  });
}

import { sweptSlot } from "../audit/sweep.ts";
import type { UserId } from "../model/door-lock.ts";
import type { LockView } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";

/** Openings by one unknown user put the slot in doubt once in this time, because each read costs the lock a frame. */
const doubtPauseMs = 86_400_000;

/**
 * Returns the slot of an unknown user who opened, so that latchd reads it again. Null if a read would show
 * nothing new: the lock has no such slot, it has a known unmanaged code, or an opening had it read within a day.
 */
export function slotDoubtedByOpening(
  view: LockView,
  userId: UserId,
  nowMs: number,
): SlotRecord | null {
  const { pinUsers, lastUserId } = view.lock.capabilities;
  if (userId > Math.max(pinUsers, lastUserId)) return null;
  const slot = sweptSlot(view, userId);
  if (slot.content.kind === "occupied" && slot.holder === null) return null;
  const { doubtedAtMs } = slot;
  if (doubtedAtMs !== undefined && Math.abs(nowMs - doubtedAtMs) < doubtPauseMs) return null;
  return { ...slot, doubtedAtMs: nowMs };
}

import { sweptSlot } from "../audit/sweep.ts";
import type { UserId } from "../model/door-lock.ts";
import type { LockView } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";

/** Openings by one unknown user put his slot in doubt once in this time: a read costs the lock a frame. */
const doubtPauseMs = 86_400_000;

/**
 * Returns the slot of an unknown user who opened, to be read again; null when there is nothing to find out: the
 * lock has no such slot, it is known to hold a code that is nobody's, or an opening had it read within a day.
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

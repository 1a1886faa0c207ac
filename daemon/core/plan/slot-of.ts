import { unseenSchedulesLimit } from "../enforcement/slot-enforcement.ts";
import type { UserId } from "../model/door-lock.ts";
import type { LockRecord, LockView } from "../model/lock.ts";
import { type SlotRecord, unknownSlot } from "../model/slot.ts";

/** Returns the slot as it is known, or {@link untouchedSlot} if latchd has no record of it. */
export function slotOf({ lock, slots }: LockView, userId: UserId): SlotRecord {
  return slots.get(userId) ?? untouchedSlot(lock, userId);
}

/**
 * Returns the record of a slot that latchd has never used. Many locks keep a user's schedules when the code is
 * cleared: schedules that another gateway left there would count again with latchd's first window.
 */
export function untouchedSlot(
  { lock, capabilities }: Pick<LockRecord, "lock" | "capabilities">,
  userId: UserId,
): SlotRecord {
  const { weekDaySchedulesPerUser, yearDaySchedulesPerUser } = capabilities;
  return {
    ...unknownSlot(lock, userId),
    schedulesSent: Math.min(weekDaySchedulesPerUser, unseenSchedulesLimit),
    unseenYearDays: Math.min(yearDaySchedulesPerUser, unseenSchedulesLimit),
  };
}

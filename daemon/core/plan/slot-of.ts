import { unseenSchedulesLimit } from "../enforcement/slot-enforcement.ts";
import type { UserId } from "../model/door-lock.ts";
import type { LockRecord, LockView } from "../model/lock.ts";
import { type SlotRecord, unknownSlot } from "../model/slot.ts";

/** The slot as it is known; one that latchd never had to do with is {@link untouchedSlot}. */
export function slotOf({ lock, slots }: LockView, userId: UserId): SlotRecord {
  return slots.get(userId) ?? untouchedSlot(lock, userId);
}

/**
 * A slot that latchd never had to do with. Many locks keep a user's schedules when his code is cleared: what
 * another gateway left there would count again with the first window of ours.
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

import type { ClockState } from "../model/clock.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { Window } from "../model/window.ts";

/**
 * Who keeps a password to its window: the gateway by putting its code in and taking it out, the lock
 * by schedules of its own that it has shown, or both. While the time is lost the gateway cannot. A
 * lock that was told the hours of a week, and not the date on which it ends, does not keep the window.
 * @param window of the slot's holder; null = nobody's
 */
export function enforcerOf(
  slot: SlotRecord | undefined,
  window: Window | null,
  clock: ClockState,
): "gateway" | "lock" | "both" {
  const isEnforcedByLock =
    slot !== undefined &&
    slot.guard.kind === "held" &&
    slot.content.kind === "occupied" &&
    slot.content.userType === slot.guard.schedules.userType;
  const isWhole = window !== null && (window.weekly === null || window.endMs === null);
  if (!isEnforcedByLock || !isWhole) return "gateway";
  return clock === "lost" ? "lock" : "both";
}

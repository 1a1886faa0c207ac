import type { ClockState } from "../model/clock.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { Window } from "../model/window.ts";

/**
 * Returns who enforces a password's window (the published field `guard`): the gateway, which sets the code and clears
 * it; the lock by its own schedules, which it has shown; or both. While the time is lost the gateway cannot. A lock
 * that has the hours of a week, but not the date on which it ends, does not enforce the window.
 * @param window of the password that has the slot; null = no password has it
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

import type { ClockState } from "./clock.ts";
import type { SlotRecord } from "./slot.ts";

/**
 * Who keeps a password to its window: the gateway by putting its code in and taking it out, the lock
 * by schedules of its own that it has shown, or both. While the time is lost the gateway cannot.
 */
export function guardWord(
  slot: SlotRecord | undefined,
  clock: ClockState,
): "gateway" | "lock" | "both" {
  const isHeld =
    slot !== undefined &&
    slot.guard.kind === "held" &&
    slot.content.kind === "occupied" &&
    slot.content.userType === slot.guard.schedules.userType;
  if (!isHeld) return "gateway";
  return clock === "lost" ? "lock" : "both";
}

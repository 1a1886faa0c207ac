import type { LockEvent } from "../../lock-driver.ts";
import type { Quirks } from "../quirks/quirk-model.ts";

/**
 * What batteryPercentageRemaining (0x0001/0x0021) says: the ZCL counts in half percent, some locks in
 * whole percent. A value above 100 can only be half percent, whatever is known of the model; where
 * nothing is known the lower of the two readings stands. The raw value goes along, so that what the
 * lock has proved earlier can correct it.
 * @returns null for 255, "not known"
 */
export function batteryFromWire(
  raw: number,
  scale: Quirks["batteryScale"],
): Extract<LockEvent, { kind: "battery" }> | null {
  if (raw === 0xff) return null;
  const isWhole = scale === "wholePercent" && raw <= 100;
  return { kind: "battery", percent: Math.min(100, isWhole ? raw : Math.round(raw / 2)), raw };
}

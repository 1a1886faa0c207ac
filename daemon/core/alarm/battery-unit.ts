import type { Capabilities } from "../model/door-lock.ts";
import type { LockRecord } from "../model/lock.ts";
import type { LockEvent } from "../model/lock-event.ts";

/**
 * Reads a battery value in the unit that this lock has proved. A value above 100 can only be half percent; the
 * lock's record keeps that, so that 20 means 10 % from then on. Until then the driver's reading counts.
 * @returns the lock with its proved unit, and 0 … 100 percent
 */
export function batteryReading(
  lock: LockRecord,
  { percent, raw }: Extract<LockEvent, { kind: "battery" }>,
): { readonly lock: LockRecord; readonly percent: number } {
  if (raw === undefined) return { lock, percent };
  const { capabilities } = lock;
  if (raw > 100) {
    const learned = withProvenUnit(capabilities, "halfPercent");
    const known = learned === capabilities ? lock : { ...lock, capabilities: learned };
    return { lock: known, percent: half(raw) };
  }
  if (capabilities.batteryUnitBasis !== "lock") return { lock, percent };
  return { lock, percent: capabilities.batteryUnit === "wholePercent" ? raw : half(raw) };
}

function withProvenUnit(
  capabilities: Capabilities,
  batteryUnit: NonNullable<Capabilities["batteryUnit"]>,
): Capabilities {
  const isKnown =
    capabilities.batteryUnit === batteryUnit && capabilities.batteryUnitBasis === "lock";
  return isKnown ? capabilities : { ...capabilities, batteryUnit, batteryUnitBasis: "lock" };
}

function half(raw: number): number {
  return Math.min(100, Math.round(raw / 2));
}

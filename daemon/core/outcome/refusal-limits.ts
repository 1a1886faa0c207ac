import type { SlotRecord } from "../model/slot.ts";

/** Refusals of one revision before the slot is parked until something else is desired. */
export const refusalLimit = 3;
/** The pause after a refusal. It is multiplied by the number of refusals. */
export const refusalDelayMs = 2_000;
/** Refusals before a revocation is parked. Attempts alternate between clearing blindly and reading first. */
export const revocationRefusalLimit = 5;
/** A parked revocation is tried again after this time, blindly and after a read. It is never abandoned. */
export const revocationRetryMs = 1_800_000;

/**
 * Returns whether the next try of a revocation clears without a read. From the third refusal on every other try
 * does.
 */
export function isBlindTurn({ refusals }: Pick<SlotRecord, "refusals">): boolean {
  return refusals >= refusalLimit && refusals % 2 === 1;
}

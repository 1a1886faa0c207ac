import type { SlotRecord } from "../model/slot.ts";

/** So many refusals of one revision park the slot until something else is wanted. */
export const refusalLimit = 3;
/** Pause after a refusal, times the number of refusals. */
export const refusalDelayMs = 2_000;
/** So many park a slot whose code has to go: it is also tried without a look, and after one the other way. */
export const revocationRefusalLimit = 5;
/** A refused revocation is never given up: it is tried again after this, without a look and after one. */
export const revocationRetryMs = 1_800_000;

/** After three refusals what has to go is cleared without a look, the next time after one, and so on in turn. */
export function isBlindTurn({ refusals }: Pick<SlotRecord, "refusals">): boolean {
  return refusals >= refusalLimit && refusals % 2 === 1;
}

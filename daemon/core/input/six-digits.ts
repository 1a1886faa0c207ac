import type { Capabilities } from "../model/door-lock.ts";

/** Number of digits of a code in the open platform API V1.6. */
export const apiCodeDigits = 6;

/** Returns whether the lock takes the six-digit codes of V1.6. If not, only latchd's own calls can set its codes. */
export function takesSixDigits({
  pinUsers,
  minPinLength,
  maxPinLength,
}: Pick<Capabilities, "pinUsers" | "minPinLength" | "maxPinLength">): boolean {
  return pinUsers > 0 && minPinLength <= apiCodeDigits && apiCodeDigits <= maxPinLength;
}

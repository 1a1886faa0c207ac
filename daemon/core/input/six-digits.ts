import type { Capabilities } from "../model/door-lock.ts";

/** Digits of a code in the open platform API V1.6. */
export const apiCodeDigits = 6;

/** Does the lock take the six-digit codes of V1.6? One that does not can be given codes by latchd's own calls alone. */
export function takesSixDigits({
  pinUsers,
  minPinLength,
  maxPinLength,
}: Pick<Capabilities, "pinUsers" | "minPinLength" | "maxPinLength">): boolean {
  return pinUsers > 0 && minPinLength <= apiCodeDigits && apiCodeDigits <= maxPinLength;
}

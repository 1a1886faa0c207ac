import type { PinCode } from "../model/secret.ts";

/** Length of the longest part whose repetition is trivial: `121212`, `123123`. */
const longestPart = 3;

/**
 * Returns whether a code is among the first that anybody tries: one repeated digit (000000), a sequence up or
 * down, also past 9 or 0 (123456, 987654, 890123), or a repeated part of two or three digits (121212,
 * 123123). The most frequent codes in leaked lists of PINs are of these kinds.
 */
export function isTrivialCode(code: PinCode): boolean {
  const digits = Array.from(code.reveal(), Number);
  const steps = new Set(digits.slice(1).map((digit, at) => (digit - (digits[at] ?? 0) + 10) % 10));
  const [step] = steps;
  if (steps.size === 1 && (step === 0 || step === 1 || step === 9)) return true;
  for (let length = 2; length <= longestPart; length += 1) {
    if (digits.length < 2 * length) continue;
    if (digits.every((digit, at) => digit === digits[at % length])) return true;
  }
  return false;
}

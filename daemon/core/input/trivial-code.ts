import type { PinCode } from "../model/secret.ts";

/** Longest part whose repetition is trivial: `121212`, `123123`. */
const longestPart = 3;

/**
 * Whether a code is among the first that anybody tries: one digit over and over (000000), a run up or
 * down, also over the end (123456, 987654, 890123), or a part of two or three digits repeated (121212,
 * 123123). The codes found most in leaked lists of PINs are of these kinds.
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

/* Pure but for the browser's generator: it is tested without a browser. */

/** How many digits a lock takes. */
interface Limits {
  readonly minPinLength: number;
  readonly maxPinLength: number;
}

/** What people are used to, when the lock takes it. */
const usualLength = 6;
/** Length of the longest part whose repetition is trivial: 121212, 123123. */
const longestPart = 3;

/** Returns how many digits a new code for this lock has. */
export function codeLength({ minPinLength, maxPinLength }: Limits): number {
  return Math.max(minPinLength, Math.min(maxPinLength, usualLength));
}

/** Returns a random code of that many digits that nobody tries first. */
export function randomCode(length: number): string {
  for (;;) {
    const digits = Array.from({ length }, randomDigit);
    if (!isTrivial(digits)) return digits.join("");
  }
}

/** Returns whether a code is one digit repeated, a run up or down, or a part repeated. The gateway's own rule. */
export function isTrivialCode(code: string): boolean {
  return isTrivial(Array.from(code, Number));
}

/** Each digit is as likely as any other: the bytes above 249 are not used. */
function randomDigit(): number {
  const bytes = new Uint8Array(1);
  do crypto.getRandomValues(bytes);
  while ((bytes[0] ?? 255) >= 250);
  return (bytes[0] ?? 0) % 10;
}

function isTrivial(digits: readonly number[]): boolean {
  const steps = new Set(digits.slice(1).map((digit, at) => (digit - (digits[at] ?? 0) + 10) % 10));
  const [step] = steps;
  if (steps.size === 1 && (step === 0 || step === 1 || step === 9)) return true;
  for (let length = 2; length <= longestPart; length += 1) {
    if (digits.length < 2 * length) continue;
    if (digits.every((digit, at) => digit === digits[at % length])) return true;
  }
  return false;
}

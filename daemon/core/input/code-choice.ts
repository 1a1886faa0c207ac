import type { Capabilities } from "../model/door-lock.ts";
import type { PinCode } from "../model/secret.ts";
import { isTrivialCode } from "./trivial-code.ts";

/** Lengths of a code, in digits, both ends included. */
export interface CodeLengths {
  readonly min: number;
  readonly max: number;
}

/** Returns the lengths that every lock and the caller's API take at once, or null if there is none. */
export function commonLengths(
  locks: readonly Pick<Capabilities, "minPinLength" | "maxPinLength">[],
  allowed: CodeLengths,
): CodeLengths | null {
  const min = Math.max(allowed.min, ...locks.map(({ minPinLength }) => minPinLength));
  const max = Math.min(allowed.max, ...locks.map(({ maxPinLength }) => maxPinLength));
  return min > max ? null : { min, max };
}

/**
 * Returns the first candidate that fits all locks of a grant, or null if none does. The shell draws the candidates
 * from a CSPRNG and limits their number.
 * @param isUsed says whether a lock has the code, or had it in the time in which latchd gives no code again
 */
export function chooseCode(
  candidates: Iterable<PinCode>,
  lengths: CodeLengths,
  isUsed: (code: PinCode) => boolean,
): PinCode | null {
  for (const code of candidates) {
    if (code.length < lengths.min || code.length > lengths.max) continue;
    if (!isTrivialCode(code) && !isUsed(code)) return code;
  }
  return null;
}

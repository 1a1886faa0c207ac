import type { LockId } from "../model/door-lock.ts";
import type { CodeMark } from "../model/sealed-code.ts";

/** How long latchd makes no code again that a lock had, ms. */
export const usedCodeKeptMs = 90 * 86_400_000;
/** Limit of such codes for one lock. One more forgets the oldest. */
export const usedCodeLimit = 1_000;

/** A code that a password of the lock had and has no more. The record has no digits. */
export interface UsedCodeRecord {
  readonly lock: LockId;
  readonly mark: CodeMark;
  /** When the password lost it. */
  readonly atMs: number;
}

/** Returns whether latchd still makes no such code. A time in the future is from before a setback. */
export function isRecent({ atMs }: UsedCodeRecord, nowMs: number): boolean {
  return nowMs - atMs < usedCodeKeptMs;
}

/** Returns the records of a lock that are forgotten before `added` more of them are written. */
export function forgottenCodes(
  known: readonly UsedCodeRecord[],
  added: number,
  nowMs: number,
): readonly UsedCodeRecord[] {
  const old = known.filter((record) => !isRecent(record, nowMs));
  const surplus = known.length - old.length + added - usedCodeLimit;
  if (surplus <= 0) return old;
  const recent = known.filter((record) => isRecent(record, nowMs));
  return [...old, ...recent.sort((a, b) => a.atMs - b.atMs).slice(0, surplus)];
}

import type { PasswordId } from "../model/password.ts";
import type { CodePeriod, Range } from "./password-windows.ts";

/** A write to a password's slot that the lock carried out. */
export interface CodeWrite {
  readonly passwordId: PasswordId;
  readonly atMs: number;
  /** Set PIN Code; false = the slot was cleared, or its status was changed. */
  readonly isSet: boolean;
}

/** A `pwdRevokeOverdue`: at this time a code could still open although it should not, since then. */
export interface OverdueReport {
  readonly passwordId: PasswordId;
  readonly atMs: number;
  readonly sinceMs: number;
}

/** What was stored as it happened. Both lists are in sequence. */
export interface PastEvidence {
  readonly writes: readonly CodeWrite[];
  readonly reports: readonly OverdueReport[];
}

/** The gateway needs a moment for each edge of a window, which is no time of waiting, ms. */
const promptMs = 60_000;
/** The age in a report is in whole seconds. */
const roundingMs = 2000;

/**
 * Returns the periods with what is known of the past: a code that came to the lock after its window had begun was waiting
 * until then, and a code whose revocation was reported as late could open until the lock was reached. Nothing changes
 * without evidence.
 */
export function withPast(
  periods: readonly CodePeriod[],
  evidence: PastEvidence,
  range: Range,
): readonly CodePeriod[] {
  const told = periods.flatMap((period) => arrivalOf(period, evidence, range));
  return [...told, ...lateRevocations(told, evidence, range)];
}

/** Splits a period in which the lock got the code late. One that begins before the range is left as it is. */
function arrivalOf(
  period: CodePeriod,
  { writes }: PastEvidence,
  range: Range,
): readonly CodePeriod[] {
  const { passwordId, fromMs, toMs, state } = period;
  if (state !== "open" || fromMs <= range.fromMs) return [period];
  const own = writes.filter((write) => write.passwordId === passwordId);
  const first = own.find(({ atMs }) => atMs >= fromMs && atMs < toMs);
  if (first === undefined || !first.isSet || first.atMs - fromMs <= promptMs) return [period];
  // The code was there already if the write before set it.
  if (own.findLast(({ atMs }) => atMs < fromMs)?.isSet === true) return [period];
  return [
    { ...period, toMs: first.atMs, state: "waiting" },
    { ...period, fromMs: first.atMs },
  ];
}

function lateRevocations(
  periods: readonly CodePeriod[],
  { writes, reports }: PastEvidence,
  range: Range,
): readonly CodePeriod[] {
  const found: CodePeriod[] = [];
  for (const { passwordId, atMs, sinceMs } of reports) {
    const own = (one: CodePeriod) => one.passwordId === passwordId && one.state === "overstay";
    const isTold = (one: CodePeriod) => own(one) && one.fromMs <= sinceMs + roundingMs;
    const end = writes.find((write) => write.passwordId === passwordId && write.atMs >= atMs);
    const toMs = Math.min(end?.atMs ?? atMs, range.toMs);
    const fromMs = Math.max(sinceMs, range.fromMs);
    const isNew = !found.some((one) => isTold(one) && one.toMs >= toMs);
    const isOver = !periods.some((one) => own(one) && one.toMs >= fromMs);
    if (fromMs < toMs && isNew && isOver) {
      found.push({ passwordId, fromMs, toMs, state: "overstay" });
    }
  }
  return found;
}

import type { LockView } from "../model/lock.ts";
import { sweepIds } from "./sweep.ts";

/** Reads of a lock's slots per day, at most; `auto` = as many as its slots need. */
export type AuditsPerDay = number | "auto";

const dayMs = 86_400_000;
/** A slot that a password has is read again after this: within a day, whatever it waits for. */
export const passwordSlotAuditMs = 20 * 3_600_000;
/** A round through all other slots takes this long: each is read within 14 days. */
export const sweepRoundMs = 12 * dayMs;

/** Bounds of the `auto` budget: a small lock can be read whole after a restart, a big one once a minute. */
const autoBounds = { least: 96, most: 1_440 } as const;

/**
 * A lock's budget of frames: `burst` reads at once, after which one more every `refillMs`. No 24 hours
 * have more than `perDay` reads.
 */
export interface AuditBudget {
  readonly perDay: number;
  readonly burst: number;
  readonly refillMs: number;
}

/** Returns the lock's budget, or null when none of its slots may be read unasked. */
export function auditBudget(view: LockView, auditsPerDay: AuditsPerDay): AuditBudget | null {
  const perDay = auditsPerDay === "auto" ? autoPerDay(view) : auditsPerDay;
  if (perDay < 1) return null;
  // Half of the day's reads may come at once; the other half trickles in.
  const refills = Math.ceil(perDay / 2);
  return { perDay, burst: perDay - refills + 1, refillMs: dayMs / refills };
}

function autoPerDay(view: LockView): number {
  const need = 2 * Math.ceil(auditsNeededPerDay(view) * 1.1);
  return Math.min(autoBounds.most, Math.max(autoBounds.least, need));
}

/** Returns how many reads a day keep every slot of the lock within its time. */
export function auditsNeededPerDay(view: LockView): number {
  let passwordSlots = 0;
  for (const slot of view.slots.values()) if (slot.holder !== null) passwordSlots += 1;
  return (
    (passwordSlots * dayMs) / passwordSlotAuditMs + (sweepIds(view).length * dayMs) / sweepRoundMs
  );
}

/**
 * Returns when one more read is within the budget, ms UTC.
 * @param paidThroughMs as {@link paidThrough} gave it after the last read
 * @param reserve so many reads are left for others
 */
export function affordableAtMs(
  { burst, refillMs }: AuditBudget,
  paidThroughMs: number,
  reserve = 0,
): number {
  return paidThroughMs - (burst - 1 - reserve) * refillMs;
}

/**
 * Returns up to when the budget is used after one more read at `nowMs` (the generic cell rate
 * algorithm: one number instead of a list of times). A clock that was set back costs one burst at most.
 */
export function paidThrough(budget: AuditBudget, before: number, nowMs: number): number {
  return Math.max(nowMs, clampedPaid(budget, before, nowMs)) + budget.refillMs;
}

/** What was paid in a future that did not come counts as a used burst. */
export function clampedPaid({ burst, refillMs }: AuditBudget, paid: number, nowMs: number): number {
  return Math.min(paid, nowMs + burst * refillMs);
}

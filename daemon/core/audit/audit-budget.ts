import type { LockView } from "../model/lock.ts";
import { sweepIds } from "./sweep.ts";

/** Limit of audits of a lock in a day; `auto` = as many as its slots need. An audit is one read of a slot. */
export type AuditsPerDay = number | "auto";

const dayMs = 86_400_000;
/** A password's slot is read again after this time, so within a day even if the read must wait. */
export const passwordSlotAuditMs = 20 * 3_600_000;
/** A round through all other slots takes this long, so that each is read within 14 days. */
export const sweepRoundMs = 12 * dayMs;

/** Bounds of the `auto` budget: enough to read a small lock whole after a restart; for a big one, one read a minute. */
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

/** Returns the lock's budget, or null if audits are disabled. */
export function auditBudget(view: LockView, auditsPerDay: AuditsPerDay): AuditBudget | null {
  const perDay = auditsPerDay === "auto" ? autoPerDay(view) : auditsPerDay;
  if (perDay < 1) return null;
  // Half of the day's reads may come at once; the other half is spread over the day.
  const refills = Math.ceil(perDay / 2);
  return { perDay, burst: perDay - refills + 1, refillMs: dayMs / refills };
}

function autoPerDay(view: LockView): number {
  const need = 2 * Math.ceil(auditsNeededPerDay(view) * 1.1);
  return Math.min(autoBounds.most, Math.max(autoBounds.least, need));
}

/** Returns how many reads a day are needed so that no slot of the lock is read too late. */
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
 * @param reserve how many reads must stay in the budget for other purposes
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

/** Returns what is paid, limited to one used burst if the clock was set back since. */
export function clampedPaid({ burst, refillMs }: AuditBudget, paid: number, nowMs: number): number {
  return Math.min(paid, nowMs + burst * refillMs);
}

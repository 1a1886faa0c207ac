import type { AuditState } from "../model/lock/audit-state.ts";
import type { LockView } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import { canRead } from "../plan/plan-work.ts";
import { gapOf, isBeforeGap, isDoubted } from "./audit.ts";
import { auditStateOf, isSwept, sweepIds } from "./sweep.ts";

/** How much of a lock's slots is known. */
export interface SlotCoverage {
  /** Whether the lock can show what its slots hold. */
  readonly canRead: boolean;
  /**
   * Slots that were never read or are in doubt, and passwords' slots that were not read since the last gap in
   * reception.
   */
  readonly slotsUnknown: number;
  /** How long the longest unknown slot has been unknown, ms; null = no slot is unknown. */
  readonly unknownForMs: number | null;
  /** How long ago the slot with the oldest read was read, ms; null = the lock has no slots. */
  readonly oldestReadMs: number | null;
}

/** Returns how much of the lock's slots is known at `nowMs`. */
export function slotCoverage(view: LockView, radioUpSinceMs: number, nowMs: number): SlotCoverage {
  const { lock, slots } = view;
  const state = auditStateOf(lock);
  const gapAtMs = gapOf(lock, radioUpSinceMs);
  let slotsUnknown = 0;
  let unknownSinceMs = Number.POSITIVE_INFINITY;
  let oldestMs = Number.POSITIVE_INFINITY;
  const take = (isKnown: boolean, readAtMs: number): void => {
    oldestMs = Math.min(oldestMs, readAtMs);
    if (isKnown) return;
    slotsUnknown += 1;
    unknownSinceMs = Math.min(unknownSinceMs, readAtMs);
  };
  for (const slot of slots.values()) {
    take(isKnown(slot, gapAtMs), slot.verifiedAtMs ?? unrecordedReadMs(view, state, slot.userId));
  }
  for (const userId of sweepIds(view)) {
    if (slots.has(userId)) continue;
    take(isSwept(state, userId), unrecordedReadMs(view, state, userId));
  }
  const ageOf = (sinceMs: number) =>
    Number.isFinite(sinceMs) ? Math.max(0, nowMs - sinceMs) : null;
  return {
    canRead: canRead(view),
    slotsUnknown,
    unknownForMs: ageOf(unknownSinceMs),
    oldestReadMs: ageOf(oldestMs),
  };
}

function isKnown(slot: SlotRecord, gapAtMs: number): boolean {
  if (slot.content.kind === "unknown" || isDoubted(slot)) return false;
  return slot.holder === null || !isBeforeGap(slot, gapAtMs);
}

/** Returns the earliest time at which the slot may have been read last, or the pairing if it was never read. */
function unrecordedReadMs(
  { lock }: LockView,
  { roundBeganAtMs, wholeRoundBeganAtMs, nextUserId }: AuditState,
  userId: number,
): number {
  if (userId < nextUserId) return roundBeganAtMs;
  return wholeRoundBeganAtMs ?? lock.pairedAtMs;
}

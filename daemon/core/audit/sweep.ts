import type { UserId } from "../model/door-lock.ts";
import type { AuditState } from "../model/lock/audit-state.ts";
import type { LockRecord, LockView } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import { slotOf } from "../plan/slot-of.ts";
import type { SweepStep } from "./audit-reason.ts";

/** Rounds begin at this user id, because vendors keep master codes in 0. */
const firstSwept: UserId = 1;

/** Returns the state of a lock of which no slot was read since it was paired. */
export function auditStateOf({ audits, pairedAtMs }: LockRecord): AuditState {
  return (
    audits ?? {
      paidThroughMs: 0,
      nextUserId: firstSwept,
      sweptAtMs: pairedAtMs,
      roundBeganAtMs: pairedAtMs,
      wholeRoundBeganAtMs: null,
      seenBelow: firstSwept,
      quick: { gapAtMs: 0, nextUserId: firstSwept },
    }
  );
}

/**
 * Returns every user id of the lock that no password has, the lowest first. Ids that latchd never writes are included,
 * because a code in any of them opens the door.
 */
export function sweepIds({ lock, slots }: LockView): readonly UserId[] {
  const { pinUsers, firstUserId, lastUserId, peoplesFirstUserId } = lock.capabilities;
  if (pinUsers === 0) return [];
  const ids: UserId[] = [];
  const first = Math.min(firstSwept, peoplesFirstUserId ?? firstUserId);
  for (let userId = first; userId <= lastUserId; userId += 1) {
    if ((slots.get(userId)?.holder ?? null) === null) ids.push(userId);
  }
  return ids;
}

/** Returns the next slot of the round, or null if passwords have all slots. */
export function nextInRound(view: LockView, state: AuditState): SweepStep | null {
  const ids = sweepIds(view);
  const [first] = ids;
  if (first === undefined) return null;
  // The round skips slots that were read otherwise since it began, as at the pairing or by hand.
  const userId = ids.find(
    (id) => id >= state.nextUserId && !isSeenSince(view, id, state.roundBeganAtMs),
  );
  return userId === undefined ? { userId: first, isNewRound: true } : { userId, isNewRound: false };
}

/** Returns the next slot of the quick round after a gap, or null if the round is complete. */
export function nextAfterGap(view: LockView, state: AuditState, gapAtMs: number): UserId | null {
  const from = state.quick.gapAtMs === gapAtMs ? state.quick.nextUserId : 0;
  return sweepIds(view).find((id) => id >= from && !isSeenSince(view, id, gapAtMs)) ?? null;
}

function isSeenSince({ slots }: LockView, userId: UserId, atMs: number): boolean {
  const verifiedAtMs = slots.get(userId)?.verifiedAtMs ?? null;
  return verifiedAtMs !== null && verifiedAtMs >= atMs;
}

/** Returns the slot as it is known: one without a record was empty if a round has read it. */
export function sweptSlot(view: LockView, userId: UserId): SlotRecord {
  const slot = slotOf(view, userId);
  if (view.slots.has(userId) || !isSwept(auditStateOf(view.lock), userId)) return slot;
  return { ...slot, content: { kind: "empty" }, confidence: "confirmed" };
}

/** Says whether a slot without a record was read since the lock was paired. */
export function isSwept(state: AuditState, userId: UserId): boolean {
  if (state.wholeRoundBeganAtMs !== null) return true;
  return userId < state.seenBelow;
}

/** Returns the state after the round has read `step`. */
export function afterRound(state: AuditState, step: SweepStep, nowMs: number): AuditState {
  const seenBelow = Math.max(state.seenBelow, step.userId + 1);
  const next = { ...state, nextUserId: step.userId + 1, sweptAtMs: nowMs, seenBelow };
  if (!step.isNewRound) return next;
  return { ...next, roundBeganAtMs: nowMs, wholeRoundBeganAtMs: state.roundBeganAtMs };
}

/** Returns the state after the quick round for a gap has read `userId`. */
export function afterQuick(state: AuditState, userId: UserId, gapAtMs: number): AuditState {
  const nextUserId = userId + 1;
  const seenBelow = Math.max(state.seenBelow, nextUserId);
  return { ...state, seenBelow, quick: { gapAtMs, nextUserId } };
}

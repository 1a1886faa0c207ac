import type { LockRecord } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import {
  canRead,
  nothingToDo,
  type PlanInput,
  rank,
  readOperation,
  type Work,
} from "../plan/plan-work.ts";
import { slotOf } from "../plan/slot-of.ts";
import { targetOf } from "../plan/target.ts";
import {
  type AuditBudget,
  affordableAtMs,
  auditBudget,
  clampedPaid,
  passwordSlotAuditMs,
  sweepRoundMs,
} from "./audit-budget.ts";
import type { AuditReason } from "./audit-reason.ts";
import { auditStateOf, nextAfterGap, nextInRound, sweepIds } from "./sweep.ts";

/** Least time between two audits of one lock, ms. A lock that sleeps is read while it is awake. */
const spacingMs = { awake: 5_000, sleepy: 1_000 } as const;
/** Least time between two audits in the whole network, ms. */
const networkSpacingMs = 500;
/** Least time between two audits of a lock that does not answer, ms. */
const offlineSpacingMs = 3_600_000;
/** A password's slot that was not read for this long goes first, ms. */
const neglectedMs = 36 * 3_600_000;
/** A round that is this late goes first, ms. */
const lateRoundMs = 86_400_000;
/** Part of the burst that a quick round leaves for later doubts. */
const quickReserve = 0.25;

interface Candidate {
  readonly slot: SlotRecord;
  readonly reason: AuditReason;
  readonly dueMs: number;
  /** How many audits must stay in the budget. */
  readonly reserve: number;
}

/**
 * Returns the next read of a slot that keeps the records true: first slots in doubt, then the passwords' slots (after
 * every gap in reception, and within a day), then all others (a round of 12 days, and a quick round after a gap as far
 * as the budget allows). It never exceeds the lock's budget, and reads a lock that sleeps only while it is awake.
 */
export function auditWork(input: PlanInput): Work {
  const { view, time, auditsPerDay, isAwake } = input;
  const budget = auditsPerDay === undefined ? null : auditBudget(view, auditsPerDay);
  if (budget === null || !canRead(view)) return nothingToDo;
  const restMs = restEndsAtMs(input);
  let wakeAtMs: number | null = null;
  for (const candidate of candidates(input, budget)) {
    const readyMs = Math.max(restMs, candidate.dueMs, affordable(input, budget, candidate.reserve));
    if (readyMs <= time.nowMs) {
      if (view.lock.capabilities.isSleepy && isAwake !== true) {
        return { kind: "none", wakeAtMs: null, awaitsFrame: true };
      }
      return auditOf(input, candidate);
    }
    wakeAtMs = wakeAtMs === null ? readyMs : Math.min(wakeAtMs, readyMs);
  }
  return { kind: "none", wakeAtMs };
}

function auditOf({ view }: PlanInput, { slot, reason }: Candidate): Work {
  const operation = readOperation(view, slot.userId);
  const step = {
    kind: "perform",
    operation,
    slot,
    passwordId: slot.holder,
    audit: reason,
  } as const;
  return { kind: "step", step, rank: rank.audit, dueMs: 0 };
}

/** Yields the possible audits, the most urgent first. */
function* candidates(input: PlanInput, budget: AuditBudget): Generator<Candidate> {
  const { view, time } = input;
  const round = roundCandidate(input);
  if (round !== null && round.dueMs + lateRoundMs <= time.nowMs) yield round;
  const slots = [...view.slots.values()].filter((slot) => !isPaused(slot, time.nowMs));
  for (const slot of slots) if (isDoubted(slot)) yield dueNow(slot);
  yield* passwordSlotCandidates(input);
  for (const slot of slots) if (slot.content.kind === "unknown") yield dueNow(slot);
  if (round !== null) yield round;
  const quick = quickCandidate(input, budget);
  if (quick !== null) yield quick;
}

function dueNow(slot: SlotRecord): Candidate {
  return { slot, reason: { kind: "slot" }, dueMs: 0, reserve: 0 };
}

/** Says whether the slot waits because the lock refused an operation on it. */
function isPaused({ retryAtMs }: SlotRecord, nowMs: number): boolean {
  return retryAtMs !== null && retryAtMs > nowMs;
}

/** Says whether an event since the last read contradicts the slot's record. */
export function isDoubted({ doubtedAtMs, verifiedAtMs }: SlotRecord): boolean {
  return doubtedAtMs !== undefined && (verifiedAtMs === null || verifiedAtMs <= doubtedAtMs);
}

/**
 * Returns the end of the last gap in reception, ms UTC: a restart of the gateway or of the lock, an outage of the stick
 * or of the lock. Events before it may be missing.
 */
export function gapOf(lock: LockRecord, radioUpSinceMs: number): number {
  const { isOnline, onlineChangedAtMs, restartedAtMs = 0 } = lock;
  return Math.max(radioUpSinceMs, isOnline ? onlineChangedAtMs : 0, restartedAtMs);
}

/** Says whether the slot was last read before the gap. */
export function isBeforeGap({ verifiedAtMs }: SlotRecord, gapAtMs: number): boolean {
  return verifiedAtMs === null || verifiedAtMs < gapAtMs;
}

/** Yields the password's slot that goes first, and the one that is due next. */
function* passwordSlotCandidates(input: PlanInput): Generator<Candidate> {
  const { view, time, radioUpSinceMs = 0 } = input;
  const gapAtMs = gapOf(view.lock, radioUpSinceMs);
  let first: SlotRecord | null = null;
  let next: { readonly slot: SlotRecord; readonly dueMs: number } | null = null;
  for (const slot of view.slots.values()) {
    // The planner's table reads an unknown slot of a password.
    if (slot.holder === null || slot.content.kind === "unknown") continue;
    const dueMs = passwordSlotDueMs(slot, gapAtMs, time.nowMs);
    if (dueMs > time.nowMs) {
      if (next === null || dueMs < next.dueMs) next = { slot, dueMs };
    } else if (first === null || goesBefore(input, slot, first)) first = slot;
  }
  if (first !== null) yield dueNow(first);
  if (next !== null) yield { ...next, reason: { kind: "slot" }, reserve: 0 };
}

function passwordSlotDueMs(slot: SlotRecord, gapAtMs: number, nowMs: number): number {
  const { verifiedAtMs } = slot;
  // A read in the future proves nothing: the clock was set back since.
  if (verifiedAtMs === null || verifiedAtMs > nowMs) return 0;
  return isBeforeGap(slot, gapAtMs) ? gapAtMs : verifiedAtMs + passwordSlotAuditMs;
}

/** Neglected slots go first, then those in which no code may open, then the slot with the oldest read. */
function goesBefore(input: PlanInput, a: SlotRecord, b: SlotRecord): boolean {
  const { nowMs } = input.time;
  const ageOf = (slot: SlotRecord) => nowMs - (slot.verifiedAtMs ?? 0);
  const isNeglected = (slot: SlotRecord) => ageOf(slot) > neglectedMs;
  if (isNeglected(a) !== isNeglected(b)) return isNeglected(a);
  if (isShut(input, a) !== isShut(input, b)) return isShut(input, a);
  return ageOf(a) > ageOf(b);
}

function isShut({ view, time }: PlanInput, { holder }: SlotRecord): boolean {
  const password = view.passwords.find(({ id }) => id === holder);
  return (
    password !== undefined && targetOf(password, view.lock.capabilities, time.nowMs) !== "open"
  );
}

function roundCandidate({ view, time }: PlanInput): Candidate | null {
  const state = auditStateOf(view.lock);
  const step = nextInRound(view, state);
  if (step === null) return null;
  const intervalMs = sweepRoundMs / sweepIds(view).length;
  const dueMs = Math.min(state.sweptAtMs, time.nowMs) + intervalMs;
  const slot = slotOf(view, step.userId);
  return { slot, reason: { kind: "round", step }, dueMs, reserve: 0 };
}

function quickCandidate(input: PlanInput, { burst }: AuditBudget): Candidate | null {
  const { view, radioUpSinceMs = 0 } = input;
  const gapAtMs = Math.max(gapOf(view.lock, radioUpSinceMs), view.lock.pairedAtMs);
  const userId = nextAfterGap(view, auditStateOf(view.lock), gapAtMs);
  if (userId === null) return null;
  const reserve = Math.ceil(burst * quickReserve);
  const reason = { kind: "quick", gapAtMs } as const;
  return { slot: slotOf(view, userId), reason, dueMs: 0, reserve };
}

function affordable({ view, time }: PlanInput, budget: AuditBudget, reserve: number): number {
  const { paidThroughMs } = auditStateOf(view.lock);
  return affordableAtMs(budget, clampedPaid(budget, paidThroughMs, time.nowMs), reserve);
}

function restEndsAtMs({ view, time, auditSpacingMs }: PlanInput): number {
  const { auditedAtMs, isOnline } = view.lock;
  if (auditedAtMs === null) return 0;
  const pauseMs = isOnline
    ? (auditSpacingMs ?? sharedSpacingMs(view.lock, { locks: 1, listening: 1 }))
    : offlineSpacingMs;
  return Math.min(auditedAtMs, time.nowMs) + pauseMs;
}

/**
 * Returns the least time between two audits of a lock, ms. Locks that can be read at the same time share the network: all
 * of them, or for a lock that sleeps those that listen now. It would fall asleep while it waits for the others.
 */
export function sharedSpacingMs(
  { capabilities }: Pick<LockRecord, "capabilities">,
  counts: { readonly locks: number; readonly listening: number },
): number {
  return capabilities.isSleepy
    ? Math.max(spacingMs.sleepy, counts.listening * networkSpacingMs)
    : Math.max(spacingMs.awake, counts.locks * networkSpacingMs);
}

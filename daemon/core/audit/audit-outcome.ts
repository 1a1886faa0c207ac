import type { AuditState } from "../model/lock/audit-state.ts";
import type { Effects, LockRecord, LockView } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import { withAnswer } from "../outcome/capability-evidence.ts";
import { applyOutcome } from "../outcome/outcome.ts";
import type { OutcomeInput } from "../outcome/outcome-input.ts";
import { type AuditsPerDay, auditBudget, paidThrough } from "./audit-budget.ts";
import type { AuditReason } from "./audit-reason.ts";
import { afterQuick, afterRound, auditStateOf, sweptSlot } from "./sweep.ts";

/** How long an audit waits after the lock refused to show a slot, ms. */
const refusedPauseMs = 86_400_000;

/** The outcome of an audit, with what is needed to record it. */
export interface AuditedInput extends OutcomeInput {
  readonly view: LockView;
  readonly reason: AuditReason;
  readonly auditsPerDay: AuditsPerDay;
}

/**
 * Returns what an audit's outcome means for the records: the meaning of any read, its price, and the position of the
 * rounds, all in one batch. An empty slot that no password has gets no record of its own: a lock may have a thousand.
 */
export function applyAudit(outcome: AuditedInput): Effects {
  const isRecorded = outcome.view.slots.has(outcome.slot.userId);
  const input = isRecorded ? outcome : { ...outcome, slot: asSwept(outcome) };
  const effects = ofSlot(input, isRecorded);
  const lock = effects.lock ?? input.lock;
  return { ...effects, lock: { ...lock, ...paid(input, lock) } };
}

function asSwept({ slot, view }: AuditedInput): SlotRecord {
  const { content, confidence } = sweptSlot(view, slot.userId);
  return { ...slot, content, confidence };
}

function ofSlot(input: AuditedInput, isRecorded: boolean): Effects {
  const { slot, outcome } = input;
  switch (outcome.kind) {
    case "done":
    case "unsupported":
    case "unreachable":
      return applyOutcome(input);
    case "read": {
      const effects = applyOutcome(input);
      const isNothing = slot.holder === null && outcome.content.kind === "empty";
      return isNothing && !isRecorded ? { ...effects, slots: [] } : effects;
    }
    case "refused":
    case "unreadable":
      // A refusal counts against a password's slot; a parked slot, or one that no password has, waits.
      if (slot.holder !== null && slot.parkedRevision === null) return applyOutcome(input);
      return {
        lock: withAnswer(input.lock, input.lock.capabilities),
        slots: waiting(input, isRecorded),
      };
  }
}

function waiting({ slot, nowMs }: AuditedInput, isRecorded: boolean): readonly SlotRecord[] {
  if (!isRecorded) return [];
  return [{ ...slot, content: { kind: "unknown" }, retryAtMs: nowMs + refusedPauseMs }];
}

function paid(input: AuditedInput, lock: LockRecord): Pick<LockRecord, "auditedAtMs" | "audits"> {
  const { outcome, view, auditsPerDay, nowMs } = input;
  const wasSent = outcome.kind !== "unreachable" || outcome.wasSent;
  const state = auditStateOf(lock);
  const budget = auditBudget(view, auditsPerDay);
  if (!wasSent || budget === null) return { auditedAtMs: nowMs };
  const paidThroughMs = paidThrough(budget, state.paidThroughMs, nowMs);
  const isAnswered = outcome.kind !== "unreachable";
  const audits = { ...(isAnswered ? advanced(input, state) : state), paidThroughMs };
  return { auditedAtMs: nowMs, audits };
}

/** Returns the position of the rounds after an answer. Without an answer the same slot is read again. */
function advanced({ reason, slot, nowMs }: AuditedInput, state: AuditState): AuditState {
  switch (reason.kind) {
    case "slot":
      return state;
    case "round":
      return afterRound(state, reason.step, nowMs);
    case "quick":
      return afterQuick(state, slot.userId, reason.gapAtMs);
  }
}

import { scheduleKnowledge } from "../enforcement/slot-enforcement.ts";
import { slotHistory } from "../evidence/event-sequence.ts";
import type { UserId } from "../model/door-lock.ts";
import type { Effects, LockView } from "../model/lock.ts";
import type { PasswordFailure, PasswordRecord } from "../model/password.ts";
import { type SlotRecord, unknownSlot } from "../model/slot.ts";
import { passwordOperationEvent } from "../outcome/password-event.ts";
import { holdsJunk } from "./junk.ts";
import { slotOf } from "./slot-of.ts";
import { isOver, targetOf } from "./target.ts";

/** The completion of a password's activity, and how a password gets a slot and loses it. */
export const completion = { done, preloaded, failed, withSlot, withoutSlot, without };

/**
 * Returns what to record and report if the slot holds what is wanted now, or null if all of it is recorded.
 */
function done(
  view: LockView,
  password: PasswordRecord,
  slot: SlotRecord,
  nowMs: number,
): Effects | null {
  if (isOver(password, nowMs)) return released(password, slot);
  const target = targetOf(password, view.lock.capabilities, nowMs);
  const isLive = target === "open";
  const appliedRevision = isLive ? password.revision : slot.appliedRevision;
  // A password whose window has not begun yet is still waiting for the lock (V1.6 stage 1).
  const isFinished = isLive || password.isFrozen;
  // An activity that was reported as failed may be done later, if the lock no longer refuses.
  const hasNews = isFinished && password.operationStage !== "done";
  const isSlotNews =
    slot.appliedRevision !== appliedRevision ||
    slot.refusals > 0 ||
    slot.overdueToldAtMs !== null ||
    slot.parkedRevision !== null;
  if (!hasNews && !isSlotNews) return null;
  return {
    slots: [applied(slot, appliedRevision)],
    ...(hasNews ? completed(password, "done", null) : {}),
  };
}

/** Returns the slot once the lock holds this revision: refusals and overwrites of earlier ones no longer count. */
function applied(slot: SlotRecord, appliedRevision: number): SlotRecord {
  return {
    ...slot,
    mayDiffer: false,
    refusals: 0,
    retryAtMs: null,
    parkedRevision: null,
    overdueToldAtMs: null,
    overwrite: null,
    appliedRevision,
  };
}

/** Returns what to record and report if the code waits in the lock for its window, or null if there is nothing. */
function preloaded(password: PasswordRecord, slot: SlotRecord): Effects | null {
  const hasNews = password.operationStage !== "done";
  const { revision } = password;
  if (!hasNews && slot.appliedRevision === revision && !slot.mayDiffer) return null;
  return {
    slots: [applied(slot, revision)],
    ...(hasNews ? completed(password, "done", null) : {}),
  };
}

/** Frees the slot of a password that is over: a deleted password is removed, another one stays listed as ended. */
function released(password: PasswordRecord, slot: SlotRecord): Effects {
  const free: SlotRecord = { ...unknownSlot(slot.lock, slot.userId), ...slotKnowledge(slot) };
  const isApplied = slot.appliedRevision === password.revision;
  const after = completedWithoutSlot(password, isApplied) ?? {
    passwords: [{ ...password, userId: null }],
  };
  return { ...after, slots: [free] };
}

/** Returns what is known of the slot itself, whatever password has it. */
function slotKnowledge(slot: SlotRecord) {
  const { content, confidence, verifiedAtMs, junkMark } = slot;
  const junk = junkMark === undefined || !holdsJunk(slot) ? {} : { junkMark };
  return {
    content,
    confidence,
    verifiedAtMs,
    ...junk,
    ...scheduleKnowledge(slot),
    ...slotHistory(slot),
  };
}

/** Completes the activity of a password that needs no slot any more; null = it is completed already. */
function completedWithoutSlot(password: PasswordRecord, isApplied: boolean): Effects | null {
  if (password.isDeleted) {
    return {
      removedPasswords: [password.id],
      journal: [
        passwordOperationEvent(
          { ...password, operationStage: "done", failure: null },
          password.operationStage,
        ),
      ],
    };
  }
  if (password.operationStage !== "inProgress") return null;
  const isFulfilled =
    isApplied || password.operation === "freeze" || password.consumedAtMs !== null;
  const gone = { ...password, userId: null };
  return isFulfilled ? completed(gone, "done", null) : completed(gone, "failed", "expired");
}

/** Completes the activity of a password without a slot that should not open now; null = nothing to complete. */
function without(password: PasswordRecord, nowMs: number): Effects | null {
  if (isOver(password, nowMs)) return completedWithoutSlot(password, false);
  if (password.isFrozen && password.operationStage === "inProgress") {
    return completed(password, "done", null);
  }
  return null;
}

/** Completes the activity as failed. It is tried again only when somebody changes the password. */
function failed(password: PasswordRecord, failure: PasswordFailure): Effects {
  return completed(password, "failed", failure);
}

function completed(
  password: PasswordRecord,
  operationStage: "done" | "failed",
  failure: PasswordFailure | null,
): Effects {
  const next: PasswordRecord = { ...password, operationStage, failure };
  return { passwords: [next], journal: [passwordOperationEvent(next, password.operationStage)] };
}

/** Gives the password a slot. */
function withSlot(
  view: LockView,
  password: PasswordRecord,
  { userId, nowMs }: { readonly userId: UserId; readonly nowMs: number },
): Effects {
  const slot = slotOf(view, userId);
  const free = { ...unknownSlot(slot.lock, slot.userId), ...slotKnowledge(slot) };
  return {
    passwords: [{ ...password, userId }],
    slots: [{ ...free, holder: password.id, heldSinceMs: nowMs }],
  };
}

/** Takes the slot away from the password, because it holds a foreign code. The password needs another slot. */
function withoutSlot(password: PasswordRecord, slot: SlotRecord): Effects {
  return {
    passwords: [{ ...password, userId: null }],
    slots: [{ ...unknownSlot(slot.lock, slot.userId), ...slotKnowledge(slot) }],
  };
}

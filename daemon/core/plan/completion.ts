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

/** How a password's operation comes to its end, and how slots are taken and given back. */
export const completion = { done, preloaded, failed, withSlot, withoutSlot, without };

/**
 * The slot holds what is wanted now.
 * @returns what is to be written and told, or null when all of it was told before.
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
  // What was told as failed may have come about later: a lock that refused until then.
  const hasNews = isFinished && password.operationStage !== "done";
  const isSlotNews =
    slot.appliedRevision !== appliedRevision ||
    slot.refusals > 0 ||
    slot.overdueToldAtMs !== null ||
    slot.parkedRevision !== null;
  if (!hasNews && !isSlotNews) return null;
  const applied: SlotRecord = {
    ...slot,
    mayDiffer: false,
    refusals: 0,
    retryAtMs: null,
    parkedRevision: null,
    overdueToldAtMs: null,
    overwrite: null,
    appliedRevision,
  };
  return { slots: [applied], ...(hasNews ? completed(password, "done", null) : {}) };
}

/** The code waits in the lock for its window, and the lock keeps it shut until then. */
function preloaded(password: PasswordRecord, slot: SlotRecord): Effects | null {
  const hasNews = password.operationStage !== "done";
  const { revision } = password;
  if (!hasNews && slot.appliedRevision === revision && !slot.mayDiffer) return null;
  const applied: SlotRecord = {
    ...slot,
    mayDiffer: false,
    refusals: 0,
    retryAtMs: null,
    parkedRevision: null,
    overdueToldAtMs: null,
    appliedRevision: revision,
  };
  return { slots: [applied], ...(hasNews ? completed(password, "done", null) : {}) };
}

/** Over for good: the slot is free again; a deleted password is gone, another stays to be seen. */
function released(password: PasswordRecord, slot: SlotRecord): Effects {
  const free: SlotRecord = { ...unknownSlot(slot.lock, slot.userId), ...slotKnowledge(slot) };
  const isApplied = slot.appliedRevision === password.revision;
  const after = completedWithoutSlot(password, isApplied) ?? {
    passwords: [{ ...password, userId: null }],
  };
  return { ...after, slots: [free] };
}

/** What is known of the slot itself, whoever holds it. */
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

/** The end of a password that needs no slot any more; null = it was told already. */
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

/** A password without a slot that is not to open now. */
function without(password: PasswordRecord, nowMs: number): Effects | null {
  if (isOver(password, nowMs)) return completedWithoutSlot(password, false);
  if (password.isFrozen && password.operationStage === "inProgress") {
    return completed(password, "done", null);
  }
  return null;
}

/** The lock will not hold it; tried again only when somebody changes the password. */
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

/** The slot turned out to hold a stranger's code: leave it alone and look for another. */
function withoutSlot(password: PasswordRecord, slot: SlotRecord): Effects {
  return {
    passwords: [{ ...password, userId: null }],
    slots: [{ ...unknownSlot(slot.lock, slot.userId), ...slotKnowledge(slot) }],
  };
}

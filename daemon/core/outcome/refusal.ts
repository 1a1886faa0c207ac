import type { JournalEntry } from "../model/journal.ts";
import type { Effects } from "../model/lock.ts";
import type { PasswordFailure, PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { PlannedOperation } from "../model/slot-operation.ts";
import { mayOverwrite } from "../plan/junk.ts";
import { targetOf } from "../plan/target.ts";
import { withAnswer } from "./capability-evidence.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { passwordOperationEvent } from "./password-event.ts";
import {
  isBlindTurn,
  refusalDelayMs,
  refusalLimit,
  revocationRefusalLimit,
  revocationRetryMs,
} from "./refusal-limits.ts";

/**
 * Returns the effects of one more refusal. After a pause the slot is read and tried again; the last refusal parks
 * it. A revocation alternates between clearing blindly and reading first, because the lock may refuse the read.
 */
export function refusalEffects(
  input: OutcomeInput,
  slot: SlotRecord,
  failure: PasswordFailure,
): Effects {
  const refusals = slot.refusals + 1;
  const isClear = input.operation.name !== "setPinCode" && isRevocation(input);
  const limit = isClear ? revocationRefusalLimit : refusalLimit;
  const isOtherWayLeft = isClear && !isBlindTurn({ refusals });
  const isLast = refusals >= limit && !isOtherWayLeft;
  const lock = withAnswer(input.lock, input.lock.capabilities);
  if (!isLast) {
    const retryAtMs = input.nowMs + Math.min(refusals, limit) * refusalDelayMs;
    const overwrite = slot.overwrite ?? null;
    return { lock, slots: [{ ...slot, refusals, retryAtMs, overwrite }] };
  }
  if (isClear && isOverwriteLeft(input, slot)) {
    const retryAtMs = input.nowMs + refusalDelayMs;
    return { lock, slots: [{ ...slot, refusals, retryAtMs, overwrite: "due" }] };
  }
  return parkEffects(input, { ...slot, refusals, overwrite: null }, failure);
}

/**
 * Returns whether a random code over the revoked one is still to be tried before the slot is parked. If another
 * code is desired in the slot, setting that one has already failed.
 */
function isOverwriteLeft(input: OutcomeInput, slot: SlotRecord): boolean {
  return isNoCodeWanted(input) && slot.overwrite !== "tried" && mayOverwrite(input, slot);
}

/** Parks the slot until something else is desired; a revocation only for half an hour. */
export function parkEffects(
  input: OutcomeInput,
  slot: SlotRecord,
  failure: PasswordFailure,
): Effects {
  const { lock, holder, sent, nowMs } = input;
  const isRevoked = isRevocation(input);
  const next: SlotRecord = {
    ...slot,
    parkedRevision: sent.revision,
    retryAtMs: isRevoked ? nowMs + revocationRetryMs : null,
    refusals: Math.max(slot.refusals, isRevoked ? refusalLimit : 0),
  };
  const journal: JournalEntry[] = [];
  const passwords: PasswordRecord[] = [];
  // A weekly password was published as done long ago: the cloud must also know that its code does not come back.
  const isDue = holder !== null && targetOf(holder, lock.capabilities, nowMs) === "open";
  const stages = isDue ? ["inProgress", "done"] : ["inProgress"];
  if (holder !== null && !isNewerRevisionWanted(input) && stages.includes(holder.operationStage)) {
    const failed: PasswordRecord = { ...holder, operationStage: "failed", failure };
    passwords.push(failed);
    journal.push(passwordOperationEvent(failed, holder.operationStage));
  }
  return { lock: withAnswer(lock, lock.capabilities), slots: [next], passwords, journal };
}

/** Returns the effects if the lock does not accept a random code over the revoked one either. */
export function failedOverwriteEffects(input: OutcomeInput): Effects {
  const content = { kind: "unknown" } as const;
  return parkEffects(input, { ...input.slot, content, overwrite: null }, "refused");
}

/** Returns whether the operation only reads. */
export function isRead({ name }: PlannedOperation): boolean {
  return name === "getPinCode" || name === "getUserStatus";
}

/** Returns whether the operation takes access away, or the slot must not open now. */
function isRevocation(input: OutcomeInput): boolean {
  const { operation } = input;
  if (operation.name === "clearPinCode") return true;
  if (operation.name === "setPinCode" && operation.isJunk === true) return true;
  if (operation.name === "setUserStatus") return operation.userStatus === "occupiedDisabled";
  return isNoCodeWanted(input);
}

/** Returns whether the slot of this password must have no enabled code now. */
function isNoCodeWanted({
  holder,
  lock,
  nowMs,
}: Pick<OutcomeInput, "holder" | "lock" | "nowMs">): boolean {
  return holder !== null && targetOf(holder, lock.capabilities, nowMs) !== "open";
}

/**
 * Returns whether the holder has changed since the operation was planned. Its write may follow at once, so the slot
 * stays marked.
 */
export function isNewerRevisionWanted({ holder, sent }: OutcomeInput): boolean {
  return holder !== null && holder.revision !== sent.revision;
}

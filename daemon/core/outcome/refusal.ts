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
 * One refusal more: after a pause the slot is read and tried again, after the last one it is parked. What has to
 * go is tried twice every time: without a look, for the look may be what is refused, and after one.
 */
export function refusalEffects(
  input: OutcomeInput,
  slot: SlotRecord,
  failure: PasswordFailure,
): Effects {
  const refusals = slot.refusals + 1;
  const isToGo = input.operation.name !== "setPinCode" && isRevocation(input);
  const limit = isToGo ? revocationRefusalLimit : refusalLimit;
  const isHalfTried = isToGo && !isBlindTurn({ refusals });
  const isLast = refusals >= limit && !isHalfTried;
  // The last try before the slot is parked. If another code is wanted in the slot, setting that one has failed already.
  const isLeft =
    isLast && isToGo && isShut(input) && slot.overwrite !== "tried" && mayOverwrite(input, slot);
  if (isLast && !isLeft) {
    return parkEffects(input, { ...slot, refusals, overwrite: null }, failure);
  }
  const overwrite = isLeft ? "due" : (slot.overwrite ?? null);
  const retryAtMs = input.nowMs + (isLeft ? 1 : Math.min(refusals, limit)) * refusalDelayMs;
  return {
    lock: withAnswer(input.lock, input.lock.capabilities),
    slots: [{ ...slot, refusals, retryAtMs, overwrite }],
  };
}

/** The slot is left alone until something else is wanted; a revocation only for half an hour. */
export function parkEffects(
  input: OutcomeInput,
  slot: SlotRecord,
  failure: PasswordFailure,
): Effects {
  const { lock, holder, sent, nowMs } = input;
  const isToGo = isRevocation(input);
  const next: SlotRecord = {
    ...slot,
    parkedRevision: sent.revision,
    retryAtMs: isToGo ? nowMs + revocationRetryMs : null,
    refusals: Math.max(slot.refusals, isToGo ? refusalLimit : 0),
  };
  const journal: JournalEntry[] = [];
  const passwords: PasswordRecord[] = [];
  // A weekly password was told as done long ago: that it does not come back has to be told as well.
  const isDue = holder !== null && targetOf(holder, lock.capabilities, nowMs) === "open";
  const toldStages = isDue ? ["inProgress", "done"] : ["inProgress"];
  if (
    holder !== null &&
    !isNewerRevisionWanted(input) &&
    toldStages.includes(holder.operationStage)
  ) {
    const failed: PasswordRecord = { ...holder, operationStage: "failed", failure };
    passwords.push(failed);
    journal.push(passwordOperationEvent(failed, holder.operationStage));
  }
  return { lock: withAnswer(lock, lock.capabilities), slots: [next], passwords, journal };
}

/** The lock does not take a random code in the revoked one's place either. */
export function failedOverwriteEffects(input: OutcomeInput): Effects {
  const content = { kind: "unknown" } as const;
  return parkEffects(input, { ...input.slot, content, overwrite: null }, "refused");
}

/** A look, which changes nothing. */
export function isRead({ name }: PlannedOperation): boolean {
  return name === "getPinCode" || name === "getUserStatus";
}

/** Is it about taking access away: by what was sent, or by what is wanted of the slot now? */
function isRevocation(input: OutcomeInput): boolean {
  const { operation } = input;
  if (operation.name === "clearPinCode") return true;
  if (operation.name === "setPinCode" && operation.isJunk === true) return true;
  if (operation.name === "setUserStatus") return operation.userStatus === "occupiedDisabled";
  return isShut(input);
}

/** Is no code wanted in the slot of this password now? */
function isShut({ holder, lock, nowMs }: Pick<OutcomeInput, "holder" | "lock" | "nowMs">): boolean {
  return holder !== null && targetOf(holder, lock.capabilities, nowMs) !== "open";
}

/** Something newer is wanted by now: its own write may follow at once, so the slot stays marked. */
export function isNewerRevisionWanted({ holder, sent }: OutcomeInput): boolean {
  return holder !== null && holder.revision !== sent.revision;
}

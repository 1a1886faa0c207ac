import { offlineAfterMisses } from "../contact/backoff.ts";
import type { Capabilities } from "../model/door-lock.ts";
import type { Effects, LockRecord } from "../model/lock.ts";
import type { SlotContent, SlotRecord } from "../model/slot.ts";
import type { OutcomeInput, Unreachable } from "./outcome-input.ts";
import { refusalLimit } from "./refusal-limits.ts";

/** An answer came: the lock is there, with what was learned from it. */
export function withAnswer(lock: LockRecord, capabilities: Capabilities): LockRecord {
  if (lock.missedOperations === 0 && capabilities === lock.capabilities) return lock;
  return { ...lock, missedOperations: 0, capabilities };
}

/**
 * An operation did not reach the lock: counted, unless it was the stick that failed. Misses beyond the limit
 * that counts as offline say nothing new and are not written, so that a lock that is tried for days costs no
 * write for each try.
 */
export function missEffects(lock: LockRecord, { isStickFault }: Unreachable): Effects {
  if (isStickFault === true || lock.missedOperations >= offlineAfterMisses) return {};
  return { lock: { ...lock, missedOperations: lock.missedOperations + 1 } };
}

/** A success proves an ability. */
export function abilitiesAfterSuccess({ lock, operation }: OutcomeInput): Capabilities {
  const { capabilities } = lock;
  const isProof = operation.name === "setUserStatus" && capabilities.userStatus === "unknown";
  return isProof ? { ...capabilities, userStatus: "yes" } : capabilities;
}

/** Whether codes can be read back is learned from the first that is read. */
export function abilitiesAfterRead(input: OutcomeInput, shown: SlotContent): Capabilities {
  const capabilities = statusMeaningAfterRead(input, shown);
  if (input.operation.name !== "getPinCode" || capabilities.pinReadBack !== "unknown") {
    return capabilities;
  }
  if (shown.kind !== "occupied") return capabilities;
  return { ...capabilities, pinReadBack: shown.mark === null ? "masked" : "readable" };
}

/** So many writes, carried out and answered as refused, prove that 0 and 1 are the other way round. */
const provingAnswers = 2;

/**
 * What a slot shows after a write tells what the lock's status meant: the code that was "refused" is
 * there, or the one that was accepted. One accepted write that shows settles it for good.
 */
function statusMeaningAfterRead(
  { lock, slot, sent, operation }: OutcomeInput,
  shown: SlotContent,
): Capabilities {
  const { capabilities } = lock;
  if (operation.name !== "getPinCode" || capabilities.statusMeaning !== undefined) {
    return capabilities;
  }
  const isSentShown = shown.kind === "occupied" && sent.mark !== null && shown.mark === sent.mark;
  if (!isSentShown) return capabilities;
  const wasAccepted = slot.content.kind === "occupied" && slot.confidence === "unconfirmed";
  if (wasAccepted && slot.refusals === 0) return { ...capabilities, statusMeaning: "zcl" };
  const wasRefused = slot.refusals > 0 && slot.content.kind === "unknown";
  if (!wasRefused) return capabilities;
  const invertedAnswers = (capabilities.invertedAnswers ?? 0) + 1;
  return invertedAnswers < provingAnswers
    ? { ...capabilities, invertedAnswers }
    : { ...capabilities, invertedAnswers, statusMeaning: "inverted" };
}

/** A lock may say yes to Set User Status and leave the code as it was: a refusal in other words. */
export function abilitiesAfterStatus(
  { slot }: OutcomeInput,
  shown: SlotContent,
  capabilities: Capabilities,
): Capabilities {
  const { content, confidence } = slot;
  if (content.kind !== "occupied" || shown.kind !== "occupied") return capabilities;
  const isIgnored = confidence === "unconfirmed" && shown.userStatus !== content.userStatus;
  return isIgnored && isLast(slot) ? withoutSetUserStatus(capabilities) : capabilities;
}

/** Set User Status refused, though it was taken once: from the last time on codes are cleared and set instead. */
export function withoutFailedSetUserStatus(input: OutcomeInput): OutcomeInput {
  const { lock, slot, operation } = input;
  if (operation.name !== "setUserStatus" || !isLast(slot)) return input;
  return {
    ...input,
    lock: { ...lock, capabilities: withoutSetUserStatus(lock.capabilities) },
  };
}

/**
 * Returns the capabilities of a lock on which Set User Status does not work. Where slots are read by Get User Status,
 * that goes on: otherwise the gateway would write blindly into slots that people may have used.
 */
export function withoutSetUserStatus(capabilities: Capabilities): Capabilities {
  const isReadByStatus = capabilities.pinReadBack === "silent" && capabilities.userStatus !== "no";
  return {
    ...capabilities,
    userStatus: "no",
    ...(isReadByStatus ? { showsUserStatus: true } : {}),
  };
}

/** Set PIN Code is unknown to the lock: it is not sent again, to no slot, until the lock is paired anew. */
export function withoutSetPinCode(input: OutcomeInput): OutcomeInput {
  const { lock, slot, hasTakenCodes = slot.appliedRevision > 0 } = input;
  if (hasTakenCodes) return input;
  return {
    ...input,
    lock: { ...lock, capabilities: { ...lock.capabilities, setsPinCodes: "no" } },
  };
}

function isLast({ refusals }: SlotRecord): boolean {
  return refusals + 1 >= refusalLimit;
}

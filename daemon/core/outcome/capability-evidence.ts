import { offlineAfterMisses } from "../contact/backoff.ts";
import type { Capabilities } from "../model/door-lock.ts";
import type { Effects, LockRecord } from "../model/lock.ts";
import type { SlotContent, SlotRecord } from "../model/slot.ts";
import type { OutcomeInput, Unreachable } from "./outcome-input.ts";
import { refusalLimit } from "./refusal-limits.ts";

/** Returns the lock after an answer: it is reachable, and has these capabilities. */
export function withAnswer(lock: LockRecord, capabilities: Capabilities): LockRecord {
  if (lock.missedOperations === 0 && capabilities === lock.capabilities) return lock;
  return { ...lock, missedOperations: 0, capabilities };
}

/**
 * Returns the effects of an operation that did not reach the lock. It is counted, unless the stick failed.
 * Beyond the number that means offline nothing is counted, so that days of tries cost no writes.
 */
export function missEffects(lock: LockRecord, { isStickFault }: Unreachable): Effects {
  if (isStickFault === true || lock.missedOperations >= offlineAfterMisses) return {};
  return { lock: { ...lock, missedOperations: lock.missedOperations + 1 } };
}

/** Returns the capabilities after a success, which may prove one. */
export function abilitiesAfterSuccess({ lock, operation }: OutcomeInput): Capabilities {
  const { capabilities } = lock;
  const isProof = operation.name === "setUserStatus" && capabilities.userStatus === "unknown";
  return isProof ? { ...capabilities, userStatus: "yes" } : capabilities;
}

/** Returns the capabilities after a read. The first code that is read shows whether codes are readable. */
export function abilitiesAfterRead(input: OutcomeInput, shown: SlotContent): Capabilities {
  const capabilities = statusMeaningAfterRead(input, shown);
  if (input.operation.name !== "getPinCode" || capabilities.pinReadBack !== "unknown") {
    return capabilities;
  }
  if (shown.kind !== "occupied") return capabilities;
  return { ...capabilities, pinReadBack: shown.mark === null ? "masked" : "readable" };
}

/** This many writes that the lock performed and answered as refused prove that it swaps the statuses 0 and 1. */
const provingAnswers = 2;

/**
 * The content of a slot after a write shows what the lock's status meant: the slot has the code that was
 * "refused", or the one that was accepted. One accepted write that a read shows decides it for good.
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

/** Returns the capabilities after a read of the user status. A lock may accept Set User Status and ignore it. */
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

/** After the last refusal of Set User Status, codes are cleared and set instead, even if it worked before. */
export function withoutFailedSetUserStatus(input: OutcomeInput): OutcomeInput {
  const { lock, slot, operation } = input;
  if (operation.name !== "setUserStatus" || !isLast(slot)) return input;
  return {
    ...input,
    lock: { ...lock, capabilities: withoutSetUserStatus(lock.capabilities) },
  };
}

/**
 * Returns the capabilities of a lock on which Set User Status does not work. If slots are read by Get User Status,
 * they still are: otherwise the gateway would write blindly into slots that people may have used.
 */
export function withoutSetUserStatus(capabilities: Capabilities): Capabilities {
  const isReadByStatus = capabilities.pinReadBack === "silent" && capabilities.userStatus !== "no";
  return {
    ...capabilities,
    userStatus: "no",
    ...(isReadByStatus ? { showsUserStatus: true } : {}),
  };
}

/** The lock does not know Set PIN Code: it is not sent to any slot until the lock is paired again. */
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

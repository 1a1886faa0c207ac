import { contentAfterSet } from "./after-set.ts";
import type { Capabilities, RefusalStatus } from "./door-lock.ts";
import type { JournalEntry } from "./journal.ts";
import { keypadEvent } from "./keypad-event.ts";
import type { Effects, LockRecord } from "./lock.ts";
import type { PasswordFailure, PasswordRecord } from "./password.ts";
import { passwordOperationEvent } from "./password-event.ts";
import type { PlannedOperation } from "./plan-work.ts";
import type { CodeMark, SealedCode } from "./sealed.ts";
import type { SlotContent, SlotRecord } from "./slot.ts";
import { driftOf } from "./slot-drift.ts";
import { type SlotGuard, schedulesLeft } from "./slot-guard.ts";
import { isBoundForGood, recalled, type Shown, sameContent } from "./slot-shown.ts";
import { targetOf } from "./target.ts";
import { isTypeShown } from "./witness.ts";

/** How a slot operation ended, codes replaced by their marks. */
export type SlotOutcome =
  /** `isWitnessed`: an event of the lock told so, not only its answer. */
  | { readonly kind: "done"; readonly isWitnessed?: boolean }
  | {
      readonly kind: "read";
      readonly content: Shown;
      /** The code that was shown, sealed for the holder's `sealedFor`; null = empty, masked or nobody's. */
      readonly code: SealedCode | null;
    }
  | { readonly kind: "refused"; readonly status: RefusalStatus }
  | { readonly kind: "unsupported" }
  | { readonly kind: "unreadable" }
  | { readonly kind: "unreachable"; readonly wasSent: boolean };

export interface OutcomeInput {
  readonly lock: LockRecord;
  /** The slot as it is stored when the outcome is recorded. */
  readonly slot: SlotRecord;
  /** Its holder as it is stored now; null = nobody. It may want something newer than what was sent. */
  readonly holder: PasswordRecord | null;
  /** What was sent: the holder's revision and code when the operation was planned. */
  readonly sent: { readonly revision: number; readonly mark: CodeMark | null };
  readonly operation: PlannedOperation;
  readonly outcome: SlotOutcome;
  readonly nowMs: number;
}

/** So many refusals of one revision park the slot until something else is wanted. */
export const refusalLimit = 3;
/** Pause after a refusal, times the number of refusals. */
export const refusalDelayMs = 2_000;
/** So many park a slot whose code has to go: it is also tried without a look, and after one the other way. */
export const revocationRefusalLimit = 5;
/** A refused revocation is never given up: it is tried again after this, without a look and after one. */
export const revocationRetryMs = 1_800_000;

/** After three refusals what has to go is cleared without a look, the next time after one, and so on in turn. */
export function isBlindTurn({ refusals }: Pick<SlotRecord, "refusals">): boolean {
  return refusals >= refusalLimit && refusals % 2 === 1;
}

/** What an operation's end means for the records. A refusal charges the slot, silence the link. */
export function applyOutcome(input: OutcomeInput): Effects {
  const { lock, slot, outcome } = input;
  switch (outcome.kind) {
    case "unreachable":
      return unreachable(input, outcome.wasSent && !isReading(input.operation));
    case "done":
      return { lock: reached(lock, learned(input)), slots: [accepted(input)] };
    case "read":
      return readBack(input, outcome.content);
    case "unreadable":
      return refused(unlearned(input), { ...slot, content: { kind: "unknown" } }, "refused");
    case "unsupported":
    case "refused":
      return declined(input, outcome.kind === "refused" ? outcome.status : "unsupported");
  }
}

function unreachable({ lock, slot }: OutcomeInput, mayHaveActed: boolean): Effects {
  const missed: LockRecord = { ...lock, missedOperations: lock.missedOperations + 1 };
  // The lock may have acted without our hearing of it: read before the next write.
  return mayHaveActed
    ? { lock: missed, slots: [{ ...slot, content: { kind: "unknown" } }] }
    : { lock: missed };
}

function reached(lock: LockRecord, capabilities: Capabilities): LockRecord {
  if (lock.missedOperations === 0 && capabilities === lock.capabilities) return lock;
  return { ...lock, missedOperations: 0, capabilities };
}

/** A success proves an ability. */
function learned({ lock, operation }: OutcomeInput): Capabilities {
  const { capabilities } = lock;
  const isProof = operation.name === "setUserStatus" && capabilities.userStatus === "unknown";
  return isProof ? { ...capabilities, userStatus: "yes" } : capabilities;
}

/** The lock said yes: it holds the thing, unconfirmed until it shows it. */
function accepted(input: OutcomeInput): SlotRecord {
  const { slot, sent, operation, lock, outcome, nowMs } = input;
  const isProof = operation.name !== "setPinCode" || !isTypeShown(lock);
  const isWitnessed = outcome.kind === "done" && outcome.isWitnessed === true && isProof;
  const base: SlotRecord = {
    ...slot,
    mayDiffer: isStale(input),
    confidence: isWitnessed ? "confirmed" : "unconfirmed",
    verifiedAtMs: isWitnessed ? nowMs : slot.verifiedAtMs,
    retryAtMs: null,
  };
  switch (operation.name) {
    case "setPinCode":
      return {
        ...base,
        content: contentAfterSet(lock, slot, sent.mark, operation.userStatus),
        // Setting a code resets type and schedules on many locks.
        guard: guardAfter(slot),
        schedulesSent: schedulesLeft(slot),
        appliedRevision: Math.max(slot.appliedRevision, sent.revision),
      };
    case "clearPinCode":
      return {
        ...base,
        content: { kind: "empty" },
        guard: guardAfter(slot),
        schedulesSent: schedulesLeft(slot),
      };
    case "setUserStatus":
      return {
        ...base,
        content:
          slot.content.kind === "occupied"
            ? { ...slot.content, userStatus: operation.userStatus }
            : slot.content,
        appliedRevision: Math.max(slot.appliedRevision, sent.revision),
      };
    case "getPinCode":
    case "getUserStatus":
      throw new Error(`a read of ${lock.lock} ended as a write`);
  }
}

/** Something newer is wanted by now: its own write may follow at once, so the slot stays marked. */
function isStale({ holder, sent }: OutcomeInput): boolean {
  return holder !== null && holder.revision !== sent.revision;
}

/** What the lock refuses of its holder's window it will refuse of the next code as well. */
function guardAfter({ guard }: SlotRecord): SlotGuard {
  return guard.kind === "refused" ? guard : { kind: "none" };
}

/** The lock showed what the slot holds. */
function readBack(input: OutcomeInput, shown: Shown): Effects {
  const { lock, slot, nowMs } = input;
  const content = recalled(shown, slot.content, input.operation.name);
  const base: SlotRecord = {
    ...slot,
    content,
    confidence: "confirmed",
    mayDiffer: isStale(input),
    verifiedAtMs: nowMs,
    attemptedRevision: attemptedAfter(input, content),
    guard: content.kind === "empty" ? guardAfter(slot) : slot.guard,
    schedulesSent: content.kind === "empty" ? schedulesLeft(slot) : slot.schedulesSent,
  };
  const capabilities = learnedStatus(input, content, learnedReading(input, shown));
  if (slot.localEdit !== null) {
    return { lock: reached(lock, capabilities), ...learnedEdit(input, base) };
  }
  const isDoubted = slot.confidence === "unconfirmed" && slot.content.kind !== "unknown";
  if (isDoubted && isBoundForGood(lock, content, slot.content)) {
    return boundStill({ ...input, lock: reached(lock, capabilities) }, base);
  }
  if (!isDoubted || sameContent(content, slot.content)) {
    const journal = driftOf(slot, base, input.holder);
    return { lock: reached(lock, capabilities), slots: [base], journal };
  }
  // It accepted a write and does not hold it: that is a refusal in other words.
  return refused({ ...input, lock: reached(lock, capabilities) }, base, "refused");
}

/**
 * In an empty slot is nothing that we tried: what comes into it from now on without us is not ours. A slot
 * that shows the code which was wanted of it holds a write of ours, whatever was thought of it meanwhile:
 * its next code is to take that one's place.
 */
function attemptedAfter({ slot, sent }: OutcomeInput, content: SlotContent): number {
  if (content.kind === "empty") return 0;
  const isSent = content.kind === "occupied" && sent.mark !== null && content.mark === sent.mark;
  return isSent ? Math.max(slot.attemptedRevision, sent.revision) : slot.attemptedRevision;
}

/** Setting it anew was no help: the next try clears the slot first, so no pause is needed. */
function boundStill(input: OutcomeInput, slot: SlotRecord): Effects {
  const refusals = slot.refusals + 1;
  if (refusals >= refusalLimit) return parked(input, { ...slot, refusals }, "refused");
  return { lock: input.lock, slots: [{ ...slot, refusals }] };
}

/** A code made at the keypad is known now: tell it. */
function learnedEdit(input: OutcomeInput, base: SlotRecord): Effects {
  const { holder, slot, outcome } = input;
  const slots = [{ ...base, localEdit: null }];
  if (holder === null || slot.localEdit === null) return { slots };
  const event = slot.localEdit === "added" ? "pwdAddLocal" : "pwdUpdateLocal";
  // Somebody wants another code by now, and the one that was read is sealed for the one before.
  if (isStale(input)) return { slots, journal: [keypadEvent(event, { ...holder, code: null })] };
  const password: PasswordRecord = {
    ...holder,
    code: outcome.kind === "read" ? outcome.code : null,
  };
  return { slots, passwords: [password], journal: [keypadEvent(event, password)] };
}

function learnedReading(input: OutcomeInput, shown: SlotContent): Capabilities {
  const { capabilities } = input.lock;
  if (input.operation.name !== "getPinCode" || capabilities.pinReadBack !== "unknown") {
    return capabilities;
  }
  if (shown.kind !== "occupied") return capabilities;
  return { ...capabilities, pinReadBack: shown.mark === null ? "masked" : "readable" };
}

/** A lock may say yes to Set User Status and leave the code as it was: a refusal in other words. */
function learnedStatus(
  { slot }: OutcomeInput,
  shown: SlotContent,
  capabilities: Capabilities,
): Capabilities {
  const { content, confidence } = slot;
  if (content.kind !== "occupied" || shown.kind !== "occupied") return capabilities;
  const isIgnored = confidence === "unconfirmed" && shown.userStatus !== content.userStatus;
  return isIgnored && isLast(slot) ? { ...capabilities, userStatus: "no" } : capabilities;
}

/** Set User Status refused, though it was taken once: from the last time on codes are cleared and set instead. */
function unlearned(input: OutcomeInput): OutcomeInput {
  const { lock, slot, operation } = input;
  if (operation.name !== "setUserStatus" || !isLast(slot)) return input;
  return { ...input, lock: { ...lock, capabilities: { ...lock.capabilities, userStatus: "no" } } };
}

function isLast({ refusals }: SlotRecord): boolean {
  return refusals + 1 >= refusalLimit;
}

function declined(input: OutcomeInput, status: RefusalStatus | "unsupported"): Effects {
  const { lock, slot, operation, sent } = input;
  const isProvenEmpty = operation.name === "setPinCode" && slot.content.kind === "empty";
  const unread: SlotRecord = {
    ...slot,
    content: { kind: "unknown" },
    attemptedRevision: isProvenEmpty ? 0 : slot.attemptedRevision,
  };
  switch (operation.name) {
    case "getPinCode":
      if (status === "unsupported")
        return { lock: reached(lock, { ...lock.capabilities, pinReadBack: "silent" }) };
      return refused(input, unread, "unsupported");
    case "getUserStatus":
      if (status === "unsupported")
        return { lock: reached(lock, { ...lock.capabilities, userStatus: "no" }) };
      return refused(input, unread, "unsupported");
    case "setUserStatus":
      // One bad answer does not unlearn what was proved.
      if (lock.capabilities.userStatus === "yes") {
        return refused(unlearned(input), unread, "refused");
      }
      return { lock: reached(lock, { ...lock.capabilities, userStatus: "no" }), slots: [slot] };
    case "clearPinCode":
      return refused(input, unread, status === "unsupported" ? "unsupported" : "refused");
    case "setPinCode": {
      if (status === "duplicateCode") {
        const isOurs = slot.content.kind === "occupied" && slot.content.mark === sent.mark;
        if (isOurs) return { lock: reached(lock, lock.capabilities), slots: [accepted(input)] };
        return parked(input, slot, "duplicate");
      }
      if (status === "memoryFull") return parked(input, slot, "full");
      if (status === "unsupported") return parked(input, slot, "unsupported");
      return refused(input, unread, "refused");
    }
  }
}

/**
 * One refusal more: after a pause the slot is read and tried again, after the last one it is parked. What has to
 * go is tried twice every time: without a look, for the look may be what is refused, and after one.
 */
function refused(input: OutcomeInput, slot: SlotRecord, failure: PasswordFailure): Effects {
  const refusals = slot.refusals + 1;
  const isToGo = input.operation.name !== "setPinCode" && isRevocation(input);
  const limit = isToGo ? revocationRefusalLimit : refusalLimit;
  const isHalfTried = isToGo && !isBlindTurn({ refusals });
  if (refusals >= limit && !isHalfTried) return parked(input, { ...slot, refusals }, failure);
  const retryAtMs = input.nowMs + Math.min(refusals, limit) * refusalDelayMs;
  return {
    lock: reached(input.lock, input.lock.capabilities),
    slots: [{ ...slot, refusals, retryAtMs }],
  };
}

function parked(input: OutcomeInput, slot: SlotRecord, failure: PasswordFailure): Effects {
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
  if (holder !== null && !isStale(input) && toldStages.includes(holder.operationStage)) {
    const failed: PasswordRecord = { ...holder, operationStage: "failed", failure };
    passwords.push(failed);
    journal.push(passwordOperationEvent(failed, holder.operationStage));
  }
  return { lock: reached(lock, lock.capabilities), slots: [next], passwords, journal };
}

function isReading({ name }: PlannedOperation): boolean {
  return name === "getPinCode" || name === "getUserStatus";
}

/** Is it about taking access away: by what was sent, or by what is wanted of the slot now? */
function isRevocation({ operation, holder, lock, nowMs }: OutcomeInput): boolean {
  if (operation.name === "clearPinCode") return true;
  if (operation.name === "setUserStatus") return operation.userStatus === "occupiedDisabled";
  return holder !== null && targetOf(holder, lock.capabilities, nowMs) !== "open";
}

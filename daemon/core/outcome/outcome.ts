import { leftoverSchedules } from "../enforcement/slot-enforcement.ts";
import { isOutdated, isUndecidable } from "../evidence/event-sequence.ts";
import { showsUserType } from "../evidence/programming-evidence.ts";
import { expected, provenEdit } from "../evidence/proven-edit.ts";
import {
  isBoundForGood,
  recalled,
  type Shown,
  sameContent,
} from "../evidence/slot-content-shown.ts";
import type { RefusalStatus } from "../model/door-lock.ts";
import type { SlotEnforcement } from "../model/enforcement.ts";
import type { Effects } from "../model/lock.ts";
import type { SlotContent, SlotRecord } from "../model/slot.ts";
import {
  abilitiesAfterRead,
  abilitiesAfterStatus,
  abilitiesAfterSuccess,
  missEffects,
  withAnswer,
  withoutFailedSetUserStatus,
  withoutSetPinCode,
  withoutSetUserStatus,
} from "./capability-evidence.ts";
import { contentAfterSet } from "./content-after-set.ts";
import { withoutCopied } from "./copied-slot.ts";
import {
  clearFirstEffects,
  holdsOurs,
  isDuplicateLeaving,
  mayHoldDuplicateItself,
} from "./duplicate-code.ts";
import { editEffects } from "./keypad-edit.ts";
import type { OutcomeInput, Unreachable } from "./outcome-input.ts";
import { outdatedAnswerEffects } from "./outdated-answer.ts";
import { rangeEnd } from "./range-end.ts";
import { differenceEffects } from "./read-difference.ts";
import {
  failedOverwriteEffects,
  isNewerRevisionWanted,
  isRead,
  parkEffects,
  refusalEffects,
} from "./refusal.ts";
import { refusalLimit } from "./refusal-limits.ts";

/** What an operation's end means for the records. A refusal charges the slot, silence the link. */
export function applyOutcome(input: OutcomeInput): Effects {
  const { lock, slot, askedSeq } = input;
  if (isOutdated(askedSeq, lock, slot)) return outdatedAnswerEffects(input, () => answered(input));
  return answered(input);
}

function answered(input: OutcomeInput): Effects {
  const { lock, slot, outcome } = input;
  switch (outcome.kind) {
    case "unreachable":
      return unreachable(input, outcome);
    case "done":
      return {
        lock: withAnswer(lock, abilitiesAfterSuccess(input)),
        slots: [{ ...accepted(input), unprovenEdit: null }],
      };
    case "read":
      return readBack(input, outcome.content);
    case "unreadable":
      return refusalEffects(
        withoutFailedSetUserStatus(input),
        { ...slot, content: { kind: "unknown" } },
        "refused",
      );
    case "unsupported":
    case "refused":
      return declined(input, outcome.kind === "refused" ? outcome.status : "unsupported");
  }
}

function unreachable(
  { lock, slot, operation, nowMs }: OutcomeInput,
  outcome: Unreachable,
): Effects {
  const effects = missEffects(lock, outcome);
  const mayHaveActed = outcome.wasSent && !isRead(operation);
  // The lock may have acted without our hearing of it: read before the next write.
  return mayHaveActed
    ? { ...effects, slots: [{ ...slot, content: { kind: "unknown" }, writtenAtMs: nowMs }] }
    : effects;
}

/** The lock said yes: it holds the thing, unconfirmed until it shows it. */
function accepted(input: OutcomeInput): SlotRecord {
  const { slot, sent, operation, lock, outcome, nowMs } = input;
  const isProof = operation.name !== "setPinCode" || !showsUserType(lock);
  const isWitnessed = outcome.kind === "done" && outcome.isWitnessed === true && isProof;
  const base: SlotRecord = {
    ...withoutCopied(slot),
    mayDiffer: isNewerRevisionWanted(input),
    confidence: isWitnessed ? "confirmed" : "unconfirmed",
    verifiedAtMs: isWitnessed ? nowMs : slot.verifiedAtMs,
    retryAtMs: null,
    writtenAtMs: nowMs,
  };
  switch (operation.name) {
    case "setPinCode":
      return {
        ...base,
        content: contentAfterSet(lock, slot, sent.mark, operation.userStatus),
        // Setting a code resets type and schedules on many locks.
        guard: guardAfter(slot),
        schedulesSent: leftoverSchedules(slot),
        appliedRevision:
          operation.isJunk === true
            ? slot.appliedRevision
            : Math.max(slot.appliedRevision, sent.revision),
      };
    case "clearPinCode":
      return {
        ...base,
        content: { kind: "empty" },
        attemptedRevision: isWitnessed ? 0 : slot.attemptedRevision,
        guard: guardAfter(slot),
        schedulesSent: leftoverSchedules(slot),
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

/** What the lock refuses of its holder's window it will refuse of the next code as well. */
function guardAfter({ guard }: SlotRecord): SlotEnforcement {
  return guard.kind === "refused" ? guard : { kind: "none" };
}

/** The lock showed what the slot holds. */
function readBack(input: OutcomeInput, shown: Shown): Effects {
  const { lock, slot, nowMs } = input;
  const edit = slot.unprovenEdit ?? null;
  const content = recalled(
    shown,
    edit === null ? slot.content : expected(edit),
    input.operation.name,
  );
  const isHidden = shown.kind === "occupied" && shown.mark === null;
  const base: SlotRecord = {
    ...withoutCopied(slot),
    content,
    // Which of two codes it is no read can show.
    confidence: isHidden && isUndecidable(slot) ? "unconfirmed" : "confirmed",
    unprovenEdit: null,
    mayDiffer: isNewerRevisionWanted(input),
    verifiedAtMs: nowMs,
    attemptedRevision: attemptedAfter(input, content),
    guard: content.kind === "empty" ? guardAfter(slot) : slot.guard,
    schedulesSent: content.kind === "empty" ? leftoverSchedules(slot) : slot.schedulesSent,
  };
  const capabilities = abilitiesAfterStatus(input, content, abilitiesAfterRead(input, shown));
  if (edit !== null && slot.localEdit === null) {
    const now = { ...input, lock: withAnswer(lock, capabilities) };
    const effects = provenEdit(now, edit, { shown, base });
    if (effects !== null) return effects;
  }
  if (slot.localEdit !== null) {
    return { lock: withAnswer(lock, capabilities), ...editEffects(input, base) };
  }
  const isDoubted = slot.confidence === "unconfirmed" && slot.content.kind !== "unknown";
  if (isDoubted && isBoundForGood(lock, content, slot.content)) {
    return boundStill({ ...input, lock: withAnswer(lock, capabilities) }, base);
  }
  if (!isDoubted || sameContent(content, slot.content)) {
    return differenceEffects({ ...input, lock: withAnswer(lock, capabilities) }, base);
  }
  // It accepted a write and does not hold it: that is a refusal in other words.
  return refusalEffects({ ...input, lock: withAnswer(lock, capabilities) }, base, "refused");
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
  if (refusals >= refusalLimit) return parkEffects(input, { ...slot, refusals }, "refused");
  return { lock: input.lock, slots: [{ ...slot, refusals }] };
}

function declined(input: OutcomeInput, status: RefusalStatus | "unsupported"): Effects {
  const { lock, slot, operation, sent } = input;
  // Seen empty: one that is only said to be, by an event or an answer, may hold what we put there.
  const isSeenEmpty = slot.content.kind === "empty" && slot.confidence === "confirmed";
  const isProvenEmpty = operation.name === "setPinCode" && isSeenEmpty;
  const unread: SlotRecord = {
    ...slot,
    content: { kind: "unknown" },
    attemptedRevision: isProvenEmpty ? 0 : slot.attemptedRevision,
  };
  switch (operation.name) {
    case "getPinCode":
      if (status === "unsupported")
        return { lock: withAnswer(lock, { ...lock.capabilities, pinReadBack: "silent" }) };
      return unshown(input, unread);
    case "getUserStatus":
      if (status === "unsupported")
        return {
          lock: withAnswer(lock, {
            ...lock.capabilities,
            userStatus: "no",
            showsUserStatus: false,
          }),
        };
      return unshown(input, unread);
    case "setUserStatus":
      // One bad answer does not unlearn what was proved.
      if (lock.capabilities.userStatus === "yes") {
        return refusalEffects(withoutFailedSetUserStatus(input), unread, "refused");
      }
      return { lock: withAnswer(lock, withoutSetUserStatus(lock.capabilities)), slots: [slot] };
    case "clearPinCode":
      // Nothing to clear: an earlier clear was not heard.
      if (status === "notFound") {
        return { lock: withAnswer(lock, lock.capabilities), slots: [accepted(input)] };
      }
      // A clear that was refused enables nothing: what was seen disabled stays shut.
      return refusalEffects(
        input,
        isSeenShut(slot) ? slot : unread,
        status === "unsupported" ? "unsupported" : "refused",
      );
    case "setPinCode": {
      if (operation.isJunk === true) return failedOverwriteEffects(input);
      if (status === "duplicateCode") {
        const isOurs = slot.content.kind === "occupied" && slot.content.mark === sent.mark;
        if (isOurs) return { lock: withAnswer(lock, lock.capabilities), slots: [accepted(input)] };
        if (mayHoldDuplicateItself(input)) return clearFirstEffects(input);
        if (isDuplicateLeaving(input)) return refusalEffects(input, slot, "duplicate");
        return parkEffects(input, slot, "duplicate");
      }
      if (status === "memoryFull") {
        return holdsOurs(input) ? clearFirstEffects(input) : parkEffects(input, slot, "full");
      }
      if (status === "unsupported")
        return parkEffects(withoutSetPinCode(input), slot, "unsupported");
      return refusalEffects(input, unread, "refused");
    }
  }
}

function isSeenShut({ content, confidence }: SlotRecord): boolean {
  const isDisabled = content.kind === "occupied" && content.userStatus === "occupiedDisabled";
  return isDisabled && confidence === "confirmed";
}

/** The lock will not show the slot: it may have no such slot. */
function unshown(input: OutcomeInput, unread: SlotRecord): Effects {
  const end = rangeEnd(input);
  if (end === null) return refusalEffects(input, unread, "unsupported");
  const others = end.slots.slice(0, -1);
  const own = end.slots.at(-1) ?? unread;
  const effects = parkEffects({ ...input, lock: end.lock }, own, "full");
  return { ...effects, slots: [...others, ...(effects.slots ?? [])] };
}

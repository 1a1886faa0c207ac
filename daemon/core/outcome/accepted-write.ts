import { leftoverSchedules } from "../enforcement/slot-enforcement.ts";
import { showsUserType } from "../evidence/programming-evidence.ts";
import type { UserStatus, UserType } from "../model/door-lock.ts";
import type { SlotEnforcement } from "../model/enforcement.ts";
import type { LockRecord } from "../model/lock.ts";
import type { CodeMark } from "../model/sealed-code.ts";
import type { SlotContent, SlotRecord } from "../model/slot.ts";
import { withoutCopied } from "./copied-slot.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { isNewerRevisionWanted } from "./refusal.ts";

/**
 * Returns the slot after the lock accepted a write. The content is unconfirmed until the lock shows it, or
 * reports the write by an event.
 */
export function acceptedWrite(input: OutcomeInput): SlotRecord {
  const { slot, sent, operation, lock, outcome, nowMs } = input;
  const isProof = operation.name !== "setPinCode" || !showsUserType(lock);
  const isConfirmed = outcome.kind === "done" && outcome.isReportedByEvent === true && isProof;
  const base: SlotRecord = {
    ...withoutCopied(slot),
    mayDiffer: isNewerRevisionWanted(input),
    confidence: isConfirmed ? "confirmed" : "unconfirmed",
    verifiedAtMs: isConfirmed ? nowMs : slot.verifiedAtMs,
    retryAtMs: null,
    writtenAtMs: nowMs,
  };
  switch (operation.name) {
    case "setPinCode":
      return {
        ...base,
        content: contentAfterSet(lock, slot, sent.mark, operation.userStatus),
        // On many locks, setting a code resets the user type and the schedules.
        guard: enforcementAfterWrite(slot),
        schedulesSent: leftoverSchedules(slot),
        appliedRevision: revisionAfterSet(input, operation.isJunk === true),
      };
    case "clearPinCode":
      return {
        ...base,
        content: { kind: "empty" },
        attemptedRevision: isConfirmed ? 0 : slot.attemptedRevision,
        guard: enforcementAfterWrite(slot),
        schedulesSent: leftoverSchedules(slot),
      };
    case "setUserStatus":
      return {
        ...base,
        content: withUserStatus(slot.content, operation.userStatus),
        appliedRevision: revisionAfterSet(input, false),
      };
    case "getPinCode":
    case "getUserStatus":
      throw new Error(`a read of ${lock.lock} ended as a write`);
  }
}

/** A random code in place of a revoked one is no revision of a password. */
export function revisionAfterSet({ slot, sent }: OutcomeInput, isJunk: boolean): number {
  return isJunk ? slot.appliedRevision : Math.max(slot.appliedRevision, sent.revision);
}

/**
 * Returns the enforcement after a write. What the lock refused for this holder it will refuse for the next code
 * too.
 */
export function enforcementAfterWrite({ guard }: SlotRecord): SlotEnforcement {
  return guard.kind === "refused" ? guard : { kind: "none" };
}

/**
 * Returns the assumed content of a slot after the lock accepted a code, until the lock shows it.
 * @param slot as it was before
 * @param sentStatus the user status that was sent with the code
 */
export function contentAfterSet(
  lock: LockRecord,
  slot: SlotRecord,
  mark: CodeMark | null,
  sentStatus: UserStatus,
): SlotContent {
  return {
    kind: "occupied",
    mark,
    userStatus: statusAfterSet(slot, sentStatus),
    userType: typeAfterSet(lock, slot.content),
  };
}

function withUserStatus(content: SlotContent, userStatus: UserStatus): SlotContent {
  return content.kind === "occupied" ? { ...content, userStatus } : content;
}

/**
 * Some locks enable every code that they get. After refusals the worse case is assumed: another wrong
 * assumption would park the slot while the code in it is enabled.
 */
function statusAfterSet({ refusals }: SlotRecord, sentStatus: UserStatus): UserStatus {
  return refusals > 0 ? "occupiedEnabled" : sentStatus;
}

/**
 * Set PIN Code says that the user is unrestricted, and some locks leave the type as it was. If a read of the
 * slot does not show it, the worse case is assumed, unless nothing could be done about it.
 */
function typeAfterSet(lock: LockRecord, before: SlotContent): UserType {
  const isKnown = showsUserType(lock) || lock.scheduling.setsUserType === "no";
  return isKnown || before.kind !== "occupied" ? "unrestricted" : before.userType;
}

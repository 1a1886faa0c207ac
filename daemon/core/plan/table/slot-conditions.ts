import { isUnderWay as isScheduleUnderWay } from "../../enforcement/enforcement-work.ts";
import { hasRefused, isEnforcedByLock } from "../../enforcement/slot-enforcement.ts";
import { isUndecidable } from "../../evidence/event-sequence.ts";
import { isBound } from "../../evidence/shown-slot-content.ts";
import { isBlindTurn, refusalLimit } from "../../outcome/refusal-limits.ts";
import { mayOverwrite } from "../junk.ts";
import { canRead, isEmptyProofOld, isSuspended } from "../plan-work.ts";
import { isInTheWay, isSuperseded } from "../supersession.ts";
import { isOver, mayHaveBegun } from "../target.ts";
import type { Condition } from "./decision-table.ts";
import type { SlotSituation } from "./slot-situation.ts";

type SlotCondition = Condition<SlotSituation>;

function ask(
  text: string,
  opposite: string,
  holds: (situation: SlotSituation) => boolean,
): SlotCondition {
  return { text, opposite, holds };
}

/** What can be asked about a password and its slot. Each is pure, and none of them changes anything. */

// The time, and what the gateway may do.

export const timeIsLost = ask(
  "the time is lost",
  "the time is known",
  ({ input }) => input.time.state === "lost",
);

export const windowMayHaveBegun = ask(
  "the lock has confirmed the code, the gateway alone enforces its window, and that opens within ten minutes",
  "the code is not confirmed, the lock can keep its window, or that opens later",
  ({ password, slot, preload, nowMs }) => preload === null && mayHaveBegun(password, slot, nowMs),
);

export const grantsAreSuspended = ask(
  "grants are suspended",
  "grants are not suspended",
  ({ input, password }) => isSuspended(input, password),
);

export const mayGrant = ask(
  "the time is known and grants are not suspended",
  "the time is lost or grants are suspended",
  ({ input, password }) => input.time.state !== "lost" && !isSuspended(input, password),
);

// What was tried before.

export const isParked = ask(
  "the slot is parked",
  "the slot is not parked",
  ({ slot, password }) => slot.parkedRevision === password.revision,
);

export const hasNextTry = ask(
  "a next try is planned",
  "no next try is planned",
  ({ slot }) => slot.retryAtMs !== null,
);

export const nextTryIsAhead = ask(
  "the next try is not due yet",
  "no next try is ahead",
  ({ slot, nowMs }) => slot.retryAtMs !== null && slot.retryAtMs > nowMs,
);

export const wasRefused = ask(
  "the lock refused the last operation",
  "the lock has refused nothing",
  ({ slot }) => slot.refusals > 0,
);

export const wasRefusedTwice = ask(
  "the lock refused twice in a row",
  "the lock has refused at most once",
  ({ slot }) => slot.refusals > 1,
);

export const maySkip = ask(
  `the slot is parked, or the lock refused ${refusalLimit} times in a row`,
  `the slot is not parked, and the lock refused fewer than ${refusalLimit} times in a row`,
  ({ slot, password }) =>
    slot.refusals >= refusalLimit || slot.parkedRevision === password.revision,
);

export const isBlind = ask(
  "it is the turn of a try without a read, and a code of ours may be there",
  "it is the turn of a try after a read, or no code of ours can be there",
  ({ slot }) => isBlindTurn(slot) && slot.attemptedRevision > 0,
);

export const overwriteIsDue = ask(
  "the lock refused to clear the code and cannot disable it",
  "the code need not be overwritten",
  ({ slot, view }) => slot.overwrite === "due" && mayOverwrite(view, slot),
);

// What the lock can do.

export const lockShowsSlots = ask(
  "the lock can show the slot",
  "the lock cannot show the slot",
  ({ view }) => canRead(view),
);

export const lockTakesCodes = ask(
  "the lock takes codes",
  "the lock takes no codes",
  ({ capabilities }) => capabilities.setsPinCodes !== "no",
);

export const lockSetsStatus = ask(
  "the lock may have Set User Status",
  "the lock has no Set User Status",
  ({ capabilities }) => capabilities.userStatus !== "no",
);

export const lockSetsUserType = ask(
  "the lock may have Set User Type",
  "the lock has no Set User Type",
  ({ view }) => view.lock.scheduling.setsUserType !== "no",
);

// The password.

export const isOverForGood = ask(
  "the password is over",
  "the password is not over",
  ({ password, nowMs }) => isOver(password, nowMs),
);

export const isReportedFailed = ask(
  "the activity is reported as failed",
  "the activity is not reported as failed",
  ({ password }) => password.operationStage === "failed",
);

export const isInProgress = ask(
  "an activity is in progress",
  "no activity is in progress",
  ({ password }) => password.operationStage === "inProgress",
);

export const lossIsReported = ask(
  "the loss is recorded",
  "the loss is not recorded",
  ({ password }) => password.failure === "lost",
);

export const digitsAreUnknown = ask(
  "latchd does not know the digits",
  "latchd knows the digits",
  ({ password }) => password.code === null,
);

/** A disabled code needs no digits where the lock can enable it again. */
export const codeIsGone = ask(
  "latchd does not know the digits, and the lock cannot enable the code",
  "latchd knows the digits, or the lock can enable the code",
  ({ password, holding, capabilities }) =>
    password.code === null && (holding !== "disabled" || capabilities.userStatus === "no"),
);

export const codeIsWantedElsewhere = ask(
  "another password of this lock has the slot's code now",
  "no other password of this lock has the slot's code",
  ({ view, password, slot }) => isInTheWay(view, password, slot),
);

export const previousCodeMayBeThere = ask(
  "the slot may hold the previous code",
  "the slot cannot hold the previous code",
  ({ view, password, slot }) => isSuperseded(view, password, slot),
);

// What is known of the slot.

export const proofIsOld = ask(
  "the slot was last seen empty more than 60 s ago",
  "the slot was seen empty within 60 s",
  ({ slot, nowMs }) => isEmptyProofOld(slot, nowMs),
);

/** A slot that no read can decide stays unconfirmed: reading it again is no help. */
export const isUnconfirmed = ask(
  "the content is unconfirmed and a read can confirm it",
  "the content is confirmed, or no read can confirm it",
  ({ slot }) => slot.confidence === "unconfirmed" && !isUndecidable(slot),
);

export const isClosed = ask(
  "no code may open and the slot lets none open",
  "a code in the slot may still open",
  ({ holding, slot, target }) =>
    holding === "empty" ||
    holding === "random" ||
    (target === "closed" &&
      slot.content.kind === "occupied" &&
      slot.content.userStatus === "occupiedDisabled"),
);

export const mayDisable = ask(
  `the lock may have Set User Status, the code is enabled, and the code should stay in the slot or the lock refused ${refusalLimit} times in a row`,
  "the code must be cleared",
  ({ slot, target, capabilities }) =>
    capabilities.userStatus !== "no" &&
    (target === "closed" || slot.refusals >= refusalLimit) &&
    !(slot.content.kind === "occupied" && slot.content.userStatus === "occupiedDisabled"),
);

export const hasNews = ask(
  "this is not recorded yet",
  "all of this is recorded",
  ({ completed }) => completed !== null,
);

// The lock's own schedules.

/** What was sent and never answered may have arrived. */
export const isBoundByOthers = ask(
  "schedules that are not wanted may bind the code",
  "no schedules bind the code but those that are wanted",
  (situation) => {
    const { slot } = situation;
    if (!isBound(slot.content) && slot.guard.kind !== "programming") return false;
    const { schedules } = situation;
    return !isEnforcedByLock(slot, schedules) && !isScheduleUnderWay(slot, schedules);
  },
);

export const schedulesAreMissing = ask(
  "the lock can enforce the window and does not do it yet",
  "the lock need not enforce the window",
  ({ slot, schedules }) =>
    schedules !== null && !isEnforcedByLock(slot, schedules) && !hasRefused(slot, schedules),
);

export const lockKeepsItShut = ask(
  "the lock has shown that it keeps the code shut until its window opens",
  "nothing shows that the lock keeps the code shut",
  ({ slot, preload }) => isEnforcedByLock(slot, preload),
);

export const loadsAhead = ask(
  "the code can be loaded ahead of its window",
  "the code must wait for its window",
  (situation) => {
    const { input, password, slot, preload } = situation;
    if (preload === null || hasRefused(slot, preload)) return false;
    if (input.time.state === "lost" || isSuspended(input, password)) return false;
    if (password.code === null) return false;
    return slot.refusals < refusalLimit || isKeptShut(situation);
  },
);

/**
 * An empty slot, or the very code that opens later, disabled or enforced by the lock. One that went in after
 * refusals is not taken for one that the lock will not clear: it would be cleared and set again without end.
 */
function isKeptShut({ holding, slot, preload }: SlotSituation): boolean {
  switch (holding) {
    case "empty":
      return true;
    case "disabled":
    case "enabled":
      return (
        (slot.content.kind === "occupied" && slot.content.userStatus === "occupiedDisabled") ||
        isEnforcedByLock(slot, preload)
      );
    case "unknown":
    case "foreign":
    case "random":
    case "other":
      return false;
  }
}

export const aheadHasNews = ask(
  "this is not recorded yet",
  "all of this is recorded",
  ({ preloaded }) => preloaded !== null,
);

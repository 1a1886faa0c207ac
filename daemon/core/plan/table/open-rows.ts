import { not } from "./decision-table.ts";
import * as act from "./slot-actions.ts";
import * as is from "./slot-conditions.ts";
import { anything, type SlotRow } from "./slot-rows.ts";

/** What to do next for a password whose code should open now. The first row that matches counts. */
export const openRows: readonly SlotRow[] = [
  {
    holds: anything,
    when: [is.isParked, is.hasNextTry, not(is.isReportedFailed)],
    do: act.unpark,
    reason:
      "A revocation was parked; now the code should open, which need not wait for another try.",
  },
  {
    holds: anything,
    when: [is.nextTryIsAhead],
    do: act.awaitNextTry,
    reason: "The lock refused; an early second try would be refused too.",
  },
  {
    holds: ["unknown", "empty", "random", "other", "disabled", "enabled"],
    when: [is.isParked, not(is.hasNextTry), is.previousCodeMayBeThere],
    do: act.clear,
    reason: "Only the grant is parked; the previous code must not open any more.",
  },
  {
    holds: anything,
    when: [is.isParked, not(is.hasNextTry)],
    do: act.leaveIt,
    reason: "The lock refused this code; nothing is tried until somebody changes the password.",
  },
  {
    holds: ["unknown"],
    when: [is.lockShowsSlots],
    do: act.readToGrant,
    reason: "An unknown slot is not an empty one; it may hold somebody's code.",
  },
  {
    holds: ["unknown"],
    when: [is.wasRefused, is.previousCodeMayBeThere],
    do: act.clear,
    reason: "Some locks want an occupied slot cleared before they take another code.",
  },
  {
    holds: ["unknown"],
    when: [is.timeIsLost, not(is.grantsAreSuspended), is.previousCodeMayBeThere],
    do: act.clear,
    reason: "The new code must wait for the time, but the previous code must go now.",
  },
  {
    holds: ["unknown"],
    when: [is.digitsAreUnknown, is.isInProgress],
    do: act.failLost,
    reason: "Nobody can send digits that are not known, and the activity must come to an end.",
  },
  {
    holds: ["unknown"],
    when: [is.digitsAreUnknown],
    do: act.leaveIt,
    reason: "The code that a person set at the keypad may still be there, but nobody can say so.",
  },
  {
    holds: ["unknown"],
    when: [not(is.mayGrant)],
    do: act.leaveIt,
    reason: "No new code goes live while the time is lost or grants are suspended.",
  },
  {
    holds: ["unknown"],
    when: [is.lockTakesCodes],
    do: act.setCode,
    reason: "A lock that cannot show the slot can still take the code.",
  },
  {
    holds: ["empty", "random", "disabled"],
    when: [is.codeIsGone, is.lossIsReported],
    do: act.leaveIt,
    reason: "Only a new code helps, and the loss is known.",
  },
  {
    holds: ["empty", "random", "disabled"],
    when: [is.codeIsGone, is.isReportedFailed],
    do: act.noteLoss,
    reason: "The activity was reported as failed for another reason; it is reported only once.",
  },
  {
    holds: ["empty", "random", "disabled"],
    when: [is.codeIsGone],
    do: act.failLost,
    reason: "The code is gone from the lock and nobody knows its digits; only a new code helps.",
  },
  {
    holds: ["empty"],
    when: [not(is.mayGrant)],
    do: act.leaveIt,
    reason: "No new code goes live while the time is lost or grants are suspended.",
  },
  {
    holds: ["empty"],
    when: [is.proofIsOld, is.lockShowsSlots],
    do: act.readToGrant,
    reason: "Meanwhile a person may have set a code there without an event.",
  },
  {
    holds: ["empty"],
    when: [is.lockTakesCodes],
    do: act.setCode,
    reason: "The slot is free and the window is open.",
  },
  {
    holds: ["foreign"],
    when: [],
    do: act.takeSlotAway,
    reason: "latchd never writes over a code that it did not set.",
  },
  {
    holds: ["random", "other"],
    when: [is.wasRefused],
    do: act.clear,
    reason: "Some locks want an occupied slot cleared before they take another code.",
  },
  {
    holds: ["random", "other"],
    when: [is.codeIsWantedElsewhere, not(is.grantsAreSuspended)],
    do: act.clear,
    reason: "Locks refuse the same code twice, so it must leave this slot first.",
  },
  {
    holds: ["random", "other"],
    when: [is.timeIsLost, not(is.grantsAreSuspended), is.previousCodeMayBeThere],
    do: act.clear,
    reason: "The new code must wait for the time, but the previous code must go now.",
  },
  {
    holds: ["random", "other"],
    when: [not(is.mayGrant)],
    do: act.leaveIt,
    reason: "No new code goes live while the time is lost or grants are suspended.",
  },
  {
    holds: ["random", "other"],
    when: [is.lockTakesCodes],
    do: act.setCode,
    reason: "One Set PIN Code replaces the code in the slot.",
  },
  {
    holds: ["disabled"],
    when: [not(is.mayGrant)],
    do: act.leaveIt,
    reason: "No new code goes live while the time is lost or grants are suspended.",
  },
  {
    holds: ["disabled"],
    when: [is.digitsAreUnknown],
    do: act.enable,
    reason: "The code can only be enabled; nobody can send its digits again.",
  },
  {
    holds: ["disabled"],
    when: [is.wasRefusedTwice],
    do: act.clear,
    reason:
      "The lock neither enables the code nor takes it again; it may take it into an empty slot.",
  },
  {
    holds: ["disabled"],
    when: [is.lockSetsStatus, not(is.wasRefused)],
    do: act.enable,
    reason: "Set User Status enables the code without sending its digits.",
  },
  {
    holds: ["disabled"],
    when: [is.lockTakesCodes],
    do: act.setCode,
    reason: "A lock that does not enable the code may take it again.",
  },
  {
    holds: ["enabled"],
    when: [is.isBoundByOthers, is.timeIsLost],
    do: act.leaveIt,
    reason: "Without the time nobody can say when the code may open.",
  },
  {
    holds: ["enabled"],
    when: [is.isBoundByOthers, is.lockSetsUserType],
    do: act.unrestrict,
    reason:
      "Schedules of another window would keep the tenant out; the gateway enforces it until the lock has the right ones.",
  },
  {
    holds: ["enabled"],
    when: [is.isBoundByOthers, is.grantsAreSuspended],
    do: act.leaveIt,
    reason: "Only the code, set again, would free the user, and codes are not sent.",
  },
  {
    holds: ["enabled"],
    when: [is.isBoundByOthers, is.digitsAreUnknown, is.isInProgress],
    do: act.failUnsupported,
    reason: "Only the code, set again, would free the user, and nobody knows its digits.",
  },
  {
    holds: ["enabled"],
    when: [is.isBoundByOthers, is.digitsAreUnknown],
    do: act.leaveIt,
    reason: "Only the code, set again, would free the user, and nobody knows its digits.",
  },
  {
    holds: ["enabled"],
    when: [is.isBoundByOthers, is.wasRefused],
    do: act.clear,
    reason: "Some locks keep the user type when a code is set over another one.",
  },
  {
    holds: ["enabled"],
    when: [is.isBoundByOthers, is.lockTakesCodes],
    do: act.setCode,
    reason: "On locks without Set User Type a new Set PIN Code makes the user unrestricted.",
  },
  {
    holds: ["enabled"],
    when: [not(is.isBoundByOthers), is.isUnconfirmed, is.lockShowsSlots],
    do: act.readToConfirm,
    reason: "The lock accepted the code; the read proves that it has it.",
  },
  {
    holds: ["enabled"],
    when: [not(is.isBoundByOthers), is.hasNews],
    do: act.complete,
    reason: "The slot holds what is wanted.",
  },
  {
    holds: ["enabled"],
    when: [not(is.isBoundByOthers), is.schedulesAreMissing, not(is.timeIsLost)],
    do: act.programSchedules,
    reason: "With its own schedules the lock ends the window even if the gateway is dead.",
  },
  {
    holds: ["enabled"],
    when: [not(is.isBoundByOthers)],
    do: act.leaveIt,
    reason: "The lock holds what is wanted.",
  },
  {
    holds: anything,
    when: [is.isReportedFailed],
    do: act.leaveIt,
    reason: "Only setting the code is left, the lock takes no codes, and that is reported.",
  },
  {
    holds: anything,
    when: [],
    do: act.failUnsupported,
    reason: "Only setting the code is left, and the lock takes no codes.",
  },
];

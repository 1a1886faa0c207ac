import { not } from "./decision-table.ts";
import * as act from "./slot-actions.ts";
import * as is from "./slot-conditions.ts";
import { anything, type SlotRow } from "./slot-rows.ts";

/** What to do next for a password whose code should not open now. The first row that matches counts. */
export const shutRows: readonly SlotRow[] = [
  {
    holds: anything,
    when: [is.nextTryIsAhead, is.maySkip],
    do: act.awaitNextTry,
    reason: "A lock that keeps refusing must not keep other people out.",
  },
  {
    holds: anything,
    when: [is.nextTryIsAhead],
    do: act.awaitNextTryAndBlockGrants,
    reason: "Revocation first: no code is granted while another one must still go.",
  },
  // A code that may wait in the lock for its window.
  {
    holds: ["other"],
    when: [
      is.timeIsLost,
      not(is.grantsAreSuspended),
      is.lockKeepsItShut,
      not(is.previousCodeMayBeThere),
    ],
    do: act.leaveIt,
    reason: "While the time is lost, only the lock's own schedule can enforce the window.",
  },
  {
    holds: ["disabled", "enabled"],
    when: [is.timeIsLost, not(is.grantsAreSuspended), is.lockKeepsItShut],
    do: act.leaveIt,
    reason: "While the time is lost, only the lock's own schedule can enforce the window.",
  },
  {
    holds: ["enabled"],
    when: [is.timeIsLost, not(is.grantsAreSuspended), is.windowMayHaveBegun],
    do: act.leaveIt,
    reason:
      "The time on disk is up to ten minutes old: the window in which the code went in may be open.",
  },
  {
    holds: ["empty"],
    when: [is.loadsAhead, is.proofIsOld],
    do: act.readToLoad,
    reason: "Meanwhile a person may have set a code there without an event.",
  },
  {
    holds: ["empty"],
    when: [is.loadsAhead, is.lockTakesCodes],
    do: act.loadDisabled,
    reason: "A disabled code does not open before its window.",
  },
  {
    holds: ["empty"],
    when: [is.loadsAhead, not(is.isReportedFailed)],
    do: act.failUnsupported,
    reason: "Only setting the code is left, and the lock takes no codes.",
  },
  {
    holds: ["random", "other"],
    when: [is.loadsAhead],
    do: act.clear,
    reason: "The slot must be empty before the code of the coming window goes in.",
  },
  {
    holds: ["enabled"],
    when: [is.loadsAhead, not(is.lockKeepsItShut)],
    do: act.disable,
    reason: "The code would open before its window.",
  },
  {
    holds: ["disabled", "enabled"],
    when: [is.loadsAhead, is.isUnconfirmed],
    do: act.readToLoad,
    reason: "The lock accepted the code; the read proves that it has it.",
  },
  {
    holds: ["disabled"],
    when: [is.loadsAhead, not(is.lockKeepsItShut)],
    do: act.programAhead,
    reason: "The lock gets the schedule while the code is disabled.",
  },
  {
    holds: ["disabled"],
    when: [is.loadsAhead],
    do: act.enableLoaded,
    reason: "The lock has shown its schedule: it opens and closes the window by itself.",
  },
  {
    holds: ["enabled"],
    when: [is.loadsAhead, is.aheadHasNews],
    do: act.completeLoaded,
    reason: "The code waits in the lock for its window.",
  },
  {
    holds: ["enabled"],
    when: [is.loadsAhead],
    do: act.leaveIt,
    reason: "The code waits in the lock for its window.",
  },
  // A code that must go.
  {
    holds: ["foreign"],
    when: [is.isOverForGood],
    do: act.release,
    reason: "The password is over and the slot holds no code of its own.",
  },
  {
    holds: ["foreign"],
    when: [],
    do: act.takeSlotAway,
    reason: "latchd never writes over a code that it did not set.",
  },
  {
    holds: ["unknown", "random", "other", "disabled", "enabled"],
    when: [is.overwriteIsDue],
    do: act.overwrite,
    reason: "Random digits that nobody knows are a smaller harm than a revoked code that opens.",
  },
  {
    holds: ["unknown"],
    when: [not(is.lockShowsSlots)],
    do: act.clear,
    reason: "A lock that cannot show the slot must still give up what may be there.",
  },
  {
    holds: ["unknown"],
    when: [is.isBlind],
    do: act.clear,
    reason: "It may be the read that the lock refuses.",
  },
  {
    holds: ["unknown"],
    when: [],
    do: act.readToRevoke,
    reason: "The slot may hold a foreign code, which must not be cleared.",
  },
  {
    holds: ["other"],
    when: [is.codeIsWantedElsewhere],
    do: act.clear,
    reason: "Locks refuse the same code twice, so it must leave this slot first.",
  },
  {
    holds: ["empty", "random", "other", "disabled"],
    when: [is.isClosed, is.isUnconfirmed, is.lockShowsSlots],
    do: act.readToConfirm,
    reason: "The lock accepted the revocation; the read proves it.",
  },
  {
    holds: ["empty", "random", "other", "disabled"],
    when: [is.isClosed, is.hasNews],
    do: act.completeRevocation,
    reason: "No code of this password can open any more.",
  },
  {
    holds: ["empty", "random", "other", "disabled"],
    when: [is.isClosed],
    do: act.leaveIt,
    reason: "The lock holds what is wanted.",
  },
  {
    holds: ["other", "disabled", "enabled"],
    when: [is.mayDisable],
    do: act.disable,
    reason: "A disabled code opens nothing, and it need not be sent again later.",
  },
  {
    holds: ["other", "disabled", "enabled"],
    when: [],
    do: act.clear,
    reason: "The code should not open any more.",
  },
];

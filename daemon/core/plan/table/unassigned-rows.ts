import type { UserId } from "../../model/door-lock.ts";
import type { PasswordRecord } from "../../model/password.ts";
import { completion } from "../completion.ts";
import { nothingToDo, type PlanInput, recordStep, type Work } from "../plan-work.ts";
import { allocateSlot, onlySlot } from "../slot-allocation.ts";
import { isOver, targetOf } from "../target.ts";
import { type Condition, not, type Row } from "./decision-table.ts";

/** A password without a slot at one moment: it lost its slot, or never had one. */
export class UnassignedSituation {
  readonly input: PlanInput;
  readonly password: PasswordRecord;

  constructor(input: PlanInput, password: PasswordRecord) {
    this.input = input;
    this.password = password;
  }

  get freeUserId(): UserId | null {
    const { lock, slots } = this.input.view;
    const { id, onlyUserId } = this.password;
    if (onlyUserId === undefined) return allocateSlot(lock.capabilities, slots, id);
    return onlySlot(lock.capabilities, slots, onlyUserId);
  }
}

type UnassignedCondition = Condition<UnassignedSituation>;

const wantsSlot: UnassignedCondition = {
  text: "the code should open now, no failure is recorded and the time is known",
  opposite: "the password needs no slot now",
  holds: ({ input: { view, time }, password }) =>
    password.failure === null &&
    time.state !== "lost" &&
    targetOf(password, view.lock.capabilities, time.nowMs) === "open",
};

/** Its grant has other doors and stays wanted, so that nobody sends this one again. */
const lacksSlotInGrant: UnassignedCondition = {
  text: "the code should open now, belongs to a grant and found the lock full, and the time is known",
  opposite: "the code does not wait for a slot of a full lock",
  holds: ({ input: { view, time }, password }) =>
    password.failure === "full" &&
    password.grant !== undefined &&
    time.state !== "lost" &&
    targetOf(password, view.lock.capabilities, time.nowMs) === "open",
};

const slotIsFree: UnassignedCondition = {
  text: "a slot is free",
  opposite: "no slot is free",
  holds: ({ freeUserId }) => freeUserId !== null,
};

const isDeleted: UnassignedCondition = {
  text: "the password is deleted",
  opposite: "the password is not deleted",
  holds: ({ password }) => password.isDeleted,
};

const isOverForGood: UnassignedCondition = {
  text: "the password is over",
  opposite: "the password is not over",
  holds: ({ input, password }) => isOver(password, input.time.nowMs),
};

const isFrozen: UnassignedCondition = {
  text: "the password is frozen",
  opposite: "the password is not frozen",
  holds: ({ password }) => password.isFrozen,
};

const isInProgress: UnassignedCondition = {
  text: "an activity is in progress",
  opposite: "no activity is in progress",
  holds: ({ password }) => password.operationStage === "inProgress",
};

/** What to do next for a password that has no slot. The first row that matches counts. */
export const unassignedRows: readonly Row<UnassignedSituation>[] = [
  {
    when: [wantsSlot, slotIsFree],
    do: { text: "give it the slot", work: assigned },
    reason: "A password needs a slot only while its code should open.",
  },
  {
    when: [wantsSlot],
    do: {
      text: "report `full`",
      work: ({ password }) => recordStep(completion.failed(password, "full")),
    },
    reason: "The lock has no slot left.",
  },
  {
    when: [lacksSlotInGrant, slotIsFree],
    do: { text: "give it the slot", work: assigned },
    reason: "A grant stays wanted at a lock that was full, and another password has left.",
  },
  {
    when: [isDeleted],
    do: { text: "report that it is done and remove the password", work: ended },
    reason: "Nothing of it is in the lock.",
  },
  {
    when: [isOverForGood, isInProgress],
    do: { text: "report `done` or `expired`", work: ended },
    reason:
      "The activity must come to an end: what was wanted came about, or the window ended first.",
  },
  {
    when: [not(isOverForGood), isFrozen, isInProgress],
    do: { text: "report that it is done", work: ended },
    reason: "A password without a slot opens nothing, so it is frozen.",
  },
  {
    when: [],
    do: { text: "nothing", work: () => nothingToDo },
    reason: "The password waits for its window, or its end is reported.",
  },
];

function assigned({ input, password, freeUserId }: UnassignedSituation): Work {
  if (freeUserId === null) return nothingToDo;
  const { view, time } = input;
  const place = { userId: freeUserId, nowMs: time.nowMs };
  return recordStep(completion.withSlot(view, password, place));
}

function ended({ input, password }: UnassignedSituation): Work {
  const effects = completion.without(password, input.time.nowMs);
  return effects === null ? nothingToDo : recordStep(effects);
}

import { isOutdated } from "../evidence/event-sequence.ts";
import type {
  RefusalStatus,
  UserType,
  WeekDaySchedule,
  YearDaySchedule,
} from "../model/door-lock.ts";
import type { LockSchedules } from "../model/enforcement.ts";
import type { Scheduling } from "../model/lock/scheduling.ts";
import type { Effects, LockRecord } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { EnforcementOperation } from "../model/slot-operation.ts";
import { missEffects } from "../outcome/capability-evidence.ts";
import type { Unreachable } from "../outcome/outcome-input.ts";
import {
  enforcementSteps,
  firstScheduleId,
  leftoverSchedules,
  sameWeekDay,
  sameYearDay,
  scheduleCount,
  schedulingRetryMs,
} from "./slot-enforcement.ts";

/** The outcome of an operation on a slot's schedules. */
export type EnforcementOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "yearDay"; readonly schedule: YearDaySchedule | null }
  | { readonly kind: "weekDay"; readonly schedule: WeekDaySchedule | null }
  | { readonly kind: "userType"; readonly userType: UserType }
  | { readonly kind: "refused"; readonly status: RefusalStatus }
  | { readonly kind: "unsupported" }
  | { readonly kind: "unreadable" }
  | Unreachable;

export interface EnforcementOutcomeInput {
  readonly lock: LockRecord;
  /** The slot as it is stored now. */
  readonly slot: SlotRecord;
  /** The slot as the operation was planned with it: its `guard` says what is being programmed. */
  readonly planned: SlotRecord;
  readonly operation: EnforcementOperation;
  readonly outcome: EnforcementOutcome;
  /** Number of the lock's newest event when the operation was sent (`eventSeqOf`); absent = none came since. */
  readonly askedSeq?: number;
  readonly nowMs: number;
}

/** Returns what the outcome of one such operation means for the records. */
export function applyEnforcementOutcome(input: EnforcementOutcomeInput): Effects {
  const { lock, slot, planned, operation, outcome } = input;
  if (outcome.kind === "unreachable") {
    return missEffects(lock, outcome);
  }
  const reached: LockRecord = lock.missedOperations === 0 ? lock : { ...lock, missedOperations: 0 };
  // A person edited the slot before the answer came: it may be about the code before or after, so ask again.
  if (isOutdated(input.askedSeq, lock, slot)) return { lock: reached };
  const isUnrestrict = operation.name === "setUserType" && operation.userType === "unrestricted";
  if (isUnrestrict) return unrestricted({ ...input, lock: reached });
  const { guard } = planned;
  // Another code was set, or the slot was cleared, before the answer came.
  const isSlotChanged = slot.content.kind !== "occupied" || slot.mayDiffer !== planned.mayDiffer;
  if (guard.kind !== "programming" || isSlotChanged) return { lock: reached };
  return isAsWanted(reached, operation, outcome, guard.schedules)
    ? advanced(reached, slot, guard, operation)
    : declined({ ...input, lock: reached }, guard.schedules);
}

function isAsWanted(
  lock: LockRecord,
  operation: EnforcementOperation,
  outcome: EnforcementOutcome,
  schedules: LockSchedules,
): boolean {
  switch (outcome.kind) {
    case "done":
      return true;
    case "yearDay":
      return (
        schedules.userType === "yearDay" &&
        outcome.schedule !== null &&
        sameYearDay(outcome.schedule, schedules.yearDay)
      );
    case "weekDay": {
      if (schedules.userType !== "weekDay" || operation.name !== "getWeekDaySchedule") return false;
      const { schedule } = outcome;
      const index = operation.scheduleId - firstScheduleId(lock);
      return schedule !== null && sameWeekDay(schedule, schedules.weekDay[index]);
    }
    case "userType":
      return outcome.userType === schedules.userType;
    case "refused":
      // An id that the lock does not have, or that is empty, holds no schedule.
      return operation.name === "clearWeekDaySchedule" || operation.name === "clearYearDaySchedule";
    case "unsupported":
    case "unreadable":
    case "unreachable":
      return false;
  }
}

function advanced(
  lock: LockRecord,
  slot: SlotRecord,
  guard: Extract<SlotRecord["guard"], { kind: "programming" }>,
  operation: EnforcementOperation,
): Effects {
  const { schedules } = guard;
  const steps = enforcementSteps(schedules, slot, firstScheduleId(lock));
  const stepsDone = guard.stepsDone + 1;
  const isWhole = stepsDone >= steps.length;
  const content =
    slot.content.kind === "occupied" && operation.name === "setUserType"
      ? { ...slot.content, userType: operation.userType }
      : slot.content;
  const next: SlotRecord = {
    ...slot,
    content,
    guard: isWhole ? { kind: "held", schedules } : { kind: "programming", schedules, stepsDone },
    // Week-day schedules survive a year-day schedule of the same user, and would count again with the next week.
    schedulesSent:
      isWhole && schedules.userType === "weekDay" ? scheduleCount(schedules) : slot.schedulesSent,
    ...(isWhole && schedules.userType === "yearDay" ? { unseenYearDays: 0 } : {}),
  };
  const learned = operation.name === "setUserType" ? withUserType(lock) : lock;
  if (!isWhole || learned.scheduling[schedules.userType] === "yes") {
    return { lock: learned, slots: [next] };
  }
  const { retryAtMs: _over, ...known } = learned.scheduling;
  const scheduling: Scheduling = { ...known, [schedules.userType]: "yes" };
  return { lock: { ...learned, scheduling }, slots: [next] };
}

function declined(input: EnforcementOutcomeInput, schedules: LockSchedules): Effects {
  const { lock, slot, operation } = input;
  if (isFirstIdRefused(input)) {
    const scheduling: Scheduling = { ...lock.scheduling, firstScheduleId: 1 };
    return { lock: { ...lock, scheduling }, slots: [{ ...slot, guard: { kind: "none" } }] };
  }
  if (isSeveralDaysRefused(input)) {
    // With one day in each schedule, ids are tried from 0 again, unless the lock has shown its first id.
    const { firstScheduleId: tried, ...known } = lock.scheduling;
    const isShown = tried !== undefined && hasProvedSchedules(lock);
    const scheduling: Scheduling = {
      ...known,
      ...(isShown ? { firstScheduleId: tried } : {}),
      takesSeveralDays: false,
    };
    return { lock: { ...lock, scheduling }, slots: [{ ...slot, guard: { kind: "none" } }] };
  }
  const wasProved = lock.scheduling[schedules.userType] === "yes";
  if (!wasProved && isFirstFailure(input)) return putOff(input, schedules);
  const scheduling: Scheduling = wasProved
    ? lock.scheduling
    : { ...lock.scheduling, [schedules.userType]: "no" };
  const isTypeRefused = operation.name === "setUserType";
  const next: SlotRecord = {
    ...slot,
    guard: { kind: "refused", schedules },
    // A lock may have changed the user type with the schedule, so the planner makes the user unrestricted.
    content:
      slot.content.kind === "occupied"
        ? { ...slot.content, userType: schedules.userType }
        : slot.content,
    schedulesSent: Math.max(slot.schedulesSent, scheduleCount(schedules)),
  };
  return {
    lock: {
      ...lock,
      scheduling: isTypeRefused && !wasProved ? { ...scheduling, setsUserType: "no" } : scheduling,
    },
    slots: [next],
  };
}

/** Says whether the lock refused the first schedule for its several days. A later one has another reason. */
function isSeveralDaysRefused({ lock, operation, outcome }: EnforcementOutcomeInput): boolean {
  if (operation.name !== "setWeekDaySchedule" || outcome.kind !== "refused") return false;
  const { scheduleId, schedule } = operation;
  if (scheduleId > firstScheduleId(lock)) return false;
  const { daysMask } = schedule;
  return lock.scheduling.takesSeveralDays && (daysMask & (daysMask - 1)) !== 0;
}

/** Records that Set User Type works. */
function withUserType(lock: LockRecord): LockRecord {
  if (lock.scheduling.setsUserType === "yes") return lock;
  return { ...lock, scheduling: { ...lock.scheduling, setsUserType: "yes" } };
}

/** Records a failed Set User Type. A lock that accepted it once must refuse twice before it counts as unable. */
function withoutUserType(lock: LockRecord, outcome: EnforcementOutcome): LockRecord {
  const isDoubted = outcome.kind === "refused" && lock.scheduling.setsUserType === "yes";
  const setsUserType = isDoubted ? "unknown" : "no";
  return { ...lock, scheduling: { ...lock.scheduling, setsUserType } };
}

/** Says whether id 0 may be what the lock refuses: some locks count a user's schedules from 1. */
function isFirstIdRefused({ lock, operation, outcome }: EnforcementOutcomeInput): boolean {
  if (outcome.kind !== "refused" || lock.scheduling.firstScheduleId !== undefined) return false;
  const isSet = operation.name === "setYearDaySchedule" || operation.name === "setWeekDaySchedule";
  if (!isSet || operation.scheduleId !== 0) return false;
  return !hasProvedSchedules(lock);
}

function hasProvedSchedules({ scheduling }: LockRecord): boolean {
  return scheduling.yearDay === "yes" || scheduling.weekDay === "yes";
}

/** Says whether this is the first refusal, which proves less than a second one or an unknown command. */
function isFirstFailure({ lock, outcome }: EnforcementOutcomeInput): boolean {
  return outcome.kind === "refused" && lock.scheduling.retryAtMs === undefined;
}

/** Lets the gateway alone enforce the window until schedules are tried again. */
function putOff({ lock, slot, nowMs }: EnforcementOutcomeInput, schedules: LockSchedules): Effects {
  const { firstScheduleId: _tried, ...known } = lock.scheduling;
  const scheduling: Scheduling = { ...known, retryAtMs: nowMs + schedulingRetryMs };
  const content =
    slot.content.kind === "occupied"
      ? { ...slot.content, userType: schedules.userType }
      : slot.content;
  const schedulesSent = Math.max(slot.schedulesSent, scheduleCount(schedules));
  const next: SlotRecord = { ...slot, guard: { kind: "none" }, content, schedulesSent };
  return { lock: { ...lock, scheduling }, slots: [next] };
}

/** Records the outcome of making the user unrestricted. A lock without Set User Type gets the code again instead. */
function unrestricted({ lock, slot, outcome }: EnforcementOutcomeInput): Effects {
  if (slot.content.kind !== "occupied") return { lock };
  if (outcome.kind !== "done") {
    return { lock: withoutUserType(lock, outcome) };
  }
  const guard: SlotRecord["guard"] = slot.guard.kind === "refused" ? slot.guard : { kind: "none" };
  const content = { ...slot.content, userType: "unrestricted" } as const;
  const relaxedSlot = { ...slot, content, guard, schedulesSent: leftoverSchedules(slot) };
  return { lock: withUserType(lock), slots: [relaxedSlot] };
}

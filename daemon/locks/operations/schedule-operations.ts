import {
  applyEnforcementOutcome,
  type EnforcementOutcome,
} from "../../core/enforcement/enforcement-outcome.ts";
import { eventSeqOf, isOutdated } from "../../core/evidence/event-sequence.ts";
import { judgeEnforcementOutcome } from "../../core/logs/radio-log.ts";
import type { LockView } from "../../core/model/lock.ts";
import type { EnforcementOperation } from "../../core/model/slot-operation.ts";
import type { Step } from "../../core/plan/plan-work.ts";
import { put } from "../../store/store.ts";
import { commit, type LockPorts } from "../lock-ports.ts";
import type { CompletedOperation } from "./completed-operation.ts";
import { failure } from "./slot-outcome.ts";

type EnforcementStep = Extract<Step, { kind: "enforce" }>;

/**
 * Performs one step of writing the schedules or the user type of a slot. What is written is on disk before
 * it is sent.
 * @returns null if the plan was outdated before anything was sent
 */
export async function performScheduleStep(
  ports: LockPorts,
  view: LockView,
  step: EnforcementStep,
): Promise<CompletedOperation | null> {
  const id = view.lock.lock;
  const { operation, slot: planned } = step;
  const { userId } = planned;
  const askedSeq = eventSeqOf(view.lock);
  markBegun(ports, view, step);
  await ports.store.whenDurable();
  const lock = ports.store.get("lock", [id]);
  if (lock === undefined || isOutdated(askedSeq, lock, ports.store.get("slot", [id, userId]))) {
    return null;
  }
  const outcome = await sendScheduleOperation(ports, view, operation);
  return {
    name: operation.name,
    userId,
    outcome,
    evaluate: (now) => {
      const slot = now.slots.get(userId);
      if (slot === undefined) return null;
      const { nowMs } = ports.reading();
      const input = { lock: now.lock, slot, planned, operation, outcome, askedSeq, nowMs };
      const effects = applyEnforcementOutcome(input);
      return { effects, verdict: judgeEnforcementOutcome(operation.name, outcome, effects) };
    },
  };
}

/** Writes down what is about to be sent: the lock may report the write as an edit at its keypad. */
function markBegun(ports: LockPorts, view: LockView, { operation, slot }: EnforcementStep): void {
  const stored = view.slots.get(slot.userId);
  if (stored === undefined || (slot.guard === stored.guard && !isWrite(operation))) return;
  const writtenAtMs = isWrite(operation) ? ports.reading().nowMs : stored.writtenAtMs;
  const begun = writtenAtMs === undefined ? slot : { ...slot, writtenAtMs };
  const changes = [put("slot", [view.lock.lock, slot.userId], begun)];
  commit(ports, { changes, journal: [] }).catch(() => undefined);
}

function isWrite({ name }: EnforcementOperation): boolean {
  return !name.startsWith("get");
}

async function sendScheduleOperation(
  { driver, deadlineMs }: LockPorts,
  { lock }: LockView,
  operation: EnforcementOperation,
): Promise<EnforcementOutcome> {
  const options = { deadlineMs, endpoint: lock.capabilities.endpoint };
  switch (operation.name) {
    case "setYearDaySchedule":
    case "setWeekDaySchedule":
    case "setUserType":
    case "clearYearDaySchedule":
    case "clearWeekDaySchedule": {
      const outcome = await driver.perform(lock.lock, operation, options);
      return outcome.kind === "done" ? { kind: "done" } : failure(outcome);
    }
    case "getYearDaySchedule": {
      const outcome = await driver.perform(
        lock.lock,
        { ...operation, name: operation.name },
        options,
      );
      return outcome.kind === "done"
        ? { kind: "yearDay", schedule: outcome.reply }
        : failure(outcome);
    }
    case "getWeekDaySchedule": {
      const outcome = await driver.perform(
        lock.lock,
        { ...operation, name: operation.name },
        options,
      );
      return outcome.kind === "done"
        ? { kind: "weekDay", schedule: outcome.reply }
        : failure(outcome);
    }
    case "getUserType": {
      const outcome = await driver.perform(lock.lock, operation, options);
      return outcome.kind === "done"
        ? { kind: "userType", userType: outcome.reply }
        : failure(outcome);
    }
  }
}

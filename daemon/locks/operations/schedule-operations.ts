import {
  applyEnforcementOutcome,
  type EnforcementOutcome,
} from "../../core/enforcement/enforcement-outcome.ts";
import { eventSeqOf, isOutdated } from "../../core/evidence/event-sequence.ts";
import type { Effects, LockView } from "../../core/model/lock.ts";
import type { EnforcementOperation } from "../../core/model/slot-operation.ts";
import { missedEffects } from "../../core/outcome/capability-evidence.ts";
import type { Unreached } from "../../core/outcome/outcome-input.ts";
import type { Step } from "../../core/plan/plan-work.ts";
import { type ClockOperation, type ClockOutcome, clockAfter } from "../../core/time/lock-clock.ts";
import { toZigbeeUtc, zoneShift } from "../../core/time/zigbee-time.ts";
import { put } from "../../store/store.ts";
import { commit, type LockPorts, viewOf } from "../lock-ports.ts";
import { failure, unreached } from "./slot-outcome.ts";

type GuardStep = Extract<Step, { kind: "enforce" }>;

/** What one operation on schedules or clock brought, and what it means for the records. */
export interface Performed {
  readonly outcome: { readonly kind: string; readonly isStickFault?: boolean };
  readonly effects: Effects;
}

/** Performs one step of telling a lock the schedules of a slot. On disk first: what is being told. */
export async function sendScheduleOperation(
  ports: LockPorts,
  view: LockView,
  step: GuardStep,
): Promise<Performed | null> {
  const id = view.lock.lock;
  const { operation, slot: planned } = step;
  const stored = view.slots.get(planned.userId);
  const askedSeq = eventSeqOf(view.lock);
  if (stored !== undefined && (planned.guard !== stored.guard || isWrite(operation))) {
    // A lock may tell of it as of an edit at the keypad.
    const writtenAtMs = isWrite(operation) ? ports.reading().nowMs : stored.writtenAtMs;
    const begun = writtenAtMs === undefined ? planned : { ...planned, writtenAtMs };
    const changes = [put("slot", [id, planned.userId], begun)];
    commit(ports, { changes, journal: [] }).catch(() => undefined);
  }
  await ports.store.whenDurable();
  const lock = ports.store.get("lock", [id]);
  const current = ports.store.get("slot", [id, planned.userId]);
  if (lock === undefined || isOutdated(askedSeq, lock, current)) return null;
  const outcome = await sendGuard(ports, view, operation);
  const after = viewOf(ports.store, id);
  const slot = after?.slots.get(planned.userId);
  if (after === null || slot === undefined) return null;
  const { nowMs } = ports.reading();
  const input = { lock: after.lock, slot, planned, operation, outcome, askedSeq, nowMs };
  const effects = applyEnforcementOutcome(input);
  return { outcome, effects };
}

function isWrite({ name }: EnforcementOperation): boolean {
  return !name.startsWith("get");
}

async function sendGuard(
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

/** Writes or reads a lock's clock. The time is taken when the frame goes out. */
export async function sendClockOperation(
  ports: LockPorts,
  view: LockView,
  operation: ClockOperation,
): Promise<Performed | null> {
  const { lock } = view;
  const timeZone = ports.timeZone;
  if (timeZone === undefined) return null;
  await ports.store.whenDurable();
  const outcome = await sendClock(ports, view, operation, timeZone);
  const after = ports.store.get("lock", [lock.lock]);
  if (after === undefined) return null;
  if (outcome.kind === "unreachable") {
    return { outcome, effects: missedEffects(after, outcome) };
  }
  const lockClock = clockAfter(after, outcome, ports.reading().nowMs, timeZone);
  return { outcome, effects: { lock: { ...after, missedOperations: 0, lockClock } } };
}

async function sendClock(
  { driver, deadlineMs, reading }: LockPorts,
  { lock }: LockView,
  operation: ClockOperation,
  timeZone: string,
): Promise<ClockOutcome | Unreached> {
  const options = { deadlineMs, endpoint: lock.capabilities.endpoint };
  if (operation.name === "readTime") {
    const outcome = await driver.perform(lock.lock, { name: "readTime" }, options);
    if (outcome.kind === "done") return { kind: "shown", utcSeconds: outcome.reply };
    return outcome.kind === "unreachable" ? unreached(outcome) : { kind: "declined" };
  }
  const { nowMs } = reading();
  const args = { utcSeconds: toZigbeeUtc(nowMs), ...zoneShift(timeZone, nowMs) };
  const outcome = await driver.perform(lock.lock, { name: "writeTime", ...args }, options);
  if (outcome.kind === "done") return { kind: "written" };
  return outcome.kind === "unreachable" ? unreached(outcome) : { kind: "declined" };
}

import { batteryEffects, batteryFlagEffects } from "../alarm/battery.ts";
import { batteryReading } from "../alarm/battery-unit.ts";
import { wrongCodeLimitEffects } from "../alarm/wrong-code-alarm.ts";
import type { KeypadEdits } from "../keypad/keypad-edits.ts";
import type { TimeReading } from "../model/clock.ts";
import type { JournalEntry } from "../model/journal.ts";
import { type Effects, hasLeft, type LockRecord, type LockView } from "../model/lock.ts";
import type { LockEvent } from "../model/lock-event.ts";
import type { SealedCode } from "../model/sealed-code.ts";
import { foldedEffects } from "./folded-events.ts";
import { openingEvent, pendingOpening } from "./opening.ts";
import { reduceOperationEvent } from "./reduce-operation.ts";
import { reduceProgrammingEvent } from "./reduce-programming.ts";
import { isRemoteStateReached, withoutRemote, withRemoteState } from "./remote-operation.ts";

/** A lock with a loose contact reports many power cycles. Each would cost a round of reads. */
const powerCyclePauseMs = 60_000;

/** An event of a lock, with what its judgement needs. */
export interface ReduceInput {
  readonly view: LockView;
  readonly event: LockEvent;
  readonly time: TimeReading;
  /** The code that the event carries, sealed for `sealedFor`; null = none or masked. */
  readonly code: SealedCode | null;
  readonly sealedFor: string;
  /** `keep` when it is absent. */
  readonly keypadEdits?: KeypadEdits;
}

/**
 * Returns the effects of an event: the changes of the reported state, and the entries to publish. `heard`
 * changes nothing unless the lock counted as unreachable.
 */
export function reduce(input: ReduceInput): Effects {
  const { event, view, time } = input;
  const { lock } = view;
  switch (event.kind) {
    case "heard":
      return heardEffects(lock, time.nowMs);
    case "folded":
      return foldedEffects(lock, event);
    case "operationEvent":
      return reduceOperationEvent(view, event, time);
    case "programmingEvent":
      return reduceProgrammingEvent({ ...input, event });
    case "lockState":
      return reduceLockState(lock, event, time.nowMs);
    case "doorState":
      return reduceDoorState(lock, event);
    case "battery":
      return reduceBattery(lock, event, time.nowMs);
    case "batteryLowAlarm":
      return batteryFlagEffects(lock, event.isOver === true, time.nowMs);
    case "alarm":
      return reduceAlarm(lock, event, time.nowMs);
  }
}

/** Keeps what a value proves of the lock's battery unit, even if the percentage has not changed. */
function reduceBattery(
  lock: LockRecord,
  event: Extract<LockEvent, { kind: "battery" }>,
  nowMs: number,
): Effects {
  const reading = batteryReading(lock, event);
  const effects = batteryEffects(reading.lock, reading.percent, nowMs);
  return reading.lock === lock ? effects : { lock: reading.lock, ...effects };
}

/** Returns whether the lock is online and no operation failed to reach it: then a frame alone changes nothing. */
export function isReachable(lock: LockRecord): boolean {
  return lock.isOnline && lock.missedOperations === 0;
}

/** Returns the effects of any frame: an offline lock is online again. */
function heardEffects(lock: LockRecord, nowMs: number): Effects {
  if (isReachable(lock)) return {};
  const online: LockRecord = { ...lock, isOnline: true, missedOperations: 0, leftAtMs: null };
  if (lock.isOnline) return { lock: online };
  return {
    lock: { ...online, onlineChangedAtMs: nowMs },
    journal: [{ kind: "event", event: "clearLockOfflineAlarm", lock: lock.lock, detail: null }],
  };
}

/** Returns the effects of a silence that was too long. */
export function offlineEffects(lock: LockRecord, nowMs: number): Effects {
  if (!lock.isOnline) return {};
  return {
    lock: { ...lock, isOnline: false, onlineChangedAtMs: nowMs },
    journal: [{ kind: "event", event: "lockOfflineAlarm", lock: lock.lock, detail: null }],
  };
}

/**
 * Returns the effects of the lock's announcement that it leaves the network. It is published at once, even if
 * the lock was offline before. latchd sends nothing to the lock until a frame of it arrives. A repeated
 * announcement has no effect.
 */
export function departureEffects(lock: LockRecord, nowMs: number): Effects {
  if (hasLeft(lock)) return {};
  const onlineChangedAtMs = lock.isOnline ? nowMs : lock.onlineChangedAtMs;
  return {
    lock: { ...lock, isOnline: false, onlineChangedAtMs, leftAtMs: nowMs },
    journal: [
      { kind: "event", event: "lockOfflineAlarm", lock: lock.lock, detail: { reason: "left" } },
    ],
  };
}

/** The event and the state report of an opening may arrive in any order. Together they make one history row. */
function reduceLockState(
  lock: LockRecord,
  event: Extract<LockEvent, { kind: "lockState" }>,
  nowMs: number,
): Effects {
  const isByRemote = isRemoteStateReached(lock, event.lockState, nowMs);
  if (event.lockState === lock.lockState) {
    return isByRemote ? { lock: withRemoteState(lock, event.lockState, nowMs) } : {};
  }
  const known = isByRemote ? withoutRemote(lock) : lock;
  const next: LockRecord = { ...known, lockState: event.lockState };
  if (event.lockState !== "unlocked") return { lock: next };
  const openingPendingBy = isByRemote ? "rf" : "indeterminate";
  const pending: LockRecord = { ...next, openingPendingAtMs: nowMs, openingPendingBy };
  // The lock was locked and opened again before the event of the first opening arrived: two openings.
  const first = pendingOpening(lock);
  if (first === null) return { lock: pending };
  return { lock: { ...pending, openedAtMs: first.atMs }, journal: [openingEvent(lock, first)] };
}

function reduceDoorState(
  lock: LockRecord,
  event: Extract<LockEvent, { kind: "doorState" }>,
): Effects {
  if (event.doorState === lock.doorState) return {};
  const next: LockRecord = { ...lock, doorState: event.doorState };
  const journal: JournalEntry[] = [];
  if (event.doorState === "forcedOpen") journal.push(alarmEntry(lock, "brokenAlarm"));
  if (event.doorState === "jammed") journal.push(alarmEntry(lock, "lockJammedAlarm"));
  return { lock: next, journal };
}

function reduceAlarm(
  lock: LockRecord,
  event: Extract<LockEvent, { kind: "alarm" }>,
  nowMs: number,
): Effects {
  switch (event.alarm) {
    case "deadboltJammed":
      // The report of a bolt that is half way may come before the alarm or after it.
      return {
        lock: lock.lockState === "notFullyLocked" ? lock : { ...lock, lockState: "undefined" },
        journal: [alarmEntry(lock, "lockJammedAlarm")],
      };
    case "frontEscutcheonRemoved":
    case "doorForcedOpen":
      return { journal: [brokenAlarm(lock, event.alarm)] };
    case "resetToFactory":
      // Its codes are most likely gone: latchd reads every managed slot again.
      return {
        lock: { ...lock, restartedAtMs: nowMs },
        journal: [brokenAlarm(lock, event.alarm)],
      };
    case "wrongCodeEntryLimit":
      return wrongCodeLimitEffects(lock, nowMs);
    case "rfModulePowerCycled":
      return afterPowerCycle(lock, nowMs);
  }
}

/**
 * While its radio was off the lock could report nothing: latchd reads its slots again, once for a series of such
 * alarms.
 */
function afterPowerCycle(lock: LockRecord, nowMs: number): Effects {
  const { restartedAtMs } = lock;
  const isInRow =
    restartedAtMs !== undefined && Math.abs(nowMs - restartedAtMs) < powerCyclePauseMs;
  return isInRow ? {} : { lock: { ...lock, restartedAtMs: nowMs } };
}

function brokenAlarm(lock: LockRecord, cause: string): JournalEntry {
  return { kind: "event", event: "brokenAlarm", lock: lock.lock, detail: { cause } };
}

function alarmEntry(lock: LockRecord, event: "brokenAlarm" | "lockJammedAlarm"): JournalEntry {
  return { kind: "event", event, lock: lock.lock, detail: null };
}

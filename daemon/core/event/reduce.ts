import { batteryEffects, batteryFlagEffects } from "../alarm/battery.ts";
import { batteryReading } from "../alarm/battery-unit.ts";
import { wrongCodeLimitEffects } from "../alarm/wrong-code-alarm.ts";
import type { KeypadEdits } from "../keypad/keypad-edits.ts";
import type { TimeReading } from "../model/clock.ts";
import type { JournalEntry } from "../model/journal.ts";
import { type Effects, hasLeft, type LockRecord, type LockView } from "../model/lock.ts";
import type { LockEvent } from "../model/lock-event.ts";
import type { SealedCode } from "../model/sealed-code.ts";
import { openingEvent, pendingOpening } from "./opening.ts";
import { reduceOperationEvent } from "./reduce-operation.ts";
import { reduceProgrammingEvent } from "./reduce-programming.ts";
import { isRemoteStateReached, withoutRemote, withRemoteState } from "./remote-operation.ts";

/** A lock with a loose contact tells one power cycle after the other: each would cost a round of reads. */
const powerCyclePauseMs = 60_000;

/** A lock's word with what is needed to take it in. */
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
 * What a lock's own word changes: reported state and what is to be told. `heard` changes nothing by
 * itself unless the lock was thought away.
 */
export function reduce(input: ReduceInput): Effects {
  const { event, view, time } = input;
  const { lock } = view;
  switch (event.kind) {
    case "heard":
      return heardEffects(lock, time.nowMs);
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

/** What a value proves of the lock's scale is kept, also when the percentage is no news. */
function reduceBattery(
  lock: LockRecord,
  event: Extract<LockEvent, { kind: "battery" }>,
  nowMs: number,
): Effects {
  const reading = batteryReading(lock, event);
  const effects = batteryEffects(reading.lock, reading.percent, nowMs);
  return reading.lock === lock ? effects : { lock: reading.lock, ...effects };
}

/** Nothing is owed to a lock that lives: a frame of it says no more than what it carries. */
export function isReachable(lock: LockRecord): boolean {
  return lock.isOnline && lock.missedOperations === 0;
}

/** Back after it was told as offline. */
function heardEffects(lock: LockRecord, nowMs: number): Effects {
  if (isReachable(lock)) return {};
  const online: LockRecord = { ...lock, isOnline: true, missedOperations: 0, leftAtMs: null };
  if (lock.isOnline) return { lock: online };
  return {
    lock: { ...online, onlineChangedAtMs: nowMs },
    journal: [{ kind: "event", event: "clearLockOfflineAlarm", lock: lock.lock, detail: null }],
  };
}

/** The lock did not answer or report for too long. */
export function offlineEffects(lock: LockRecord, nowMs: number): Effects {
  if (!lock.isOnline) return {};
  return {
    lock: { ...lock, isOnline: false, onlineChangedAtMs: nowMs },
    journal: [{ kind: "event", event: "lockOfflineAlarm", lock: lock.lock, detail: null }],
  };
}

/**
 * The lock said that it leaves the network: told at once, also when it was silent before. It is not tried
 * any more until a frame of it is heard. A second word of the same departure is no news.
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

/** Event and report of one opening may come apart and in either order; it is one row all the same. */
function reduceLockState(
  lock: LockRecord,
  event: Extract<LockEvent, { kind: "lockState" }>,
  nowMs: number,
): Effects {
  const isByRemote = isRemoteStateReached(lock, event.lockState, nowMs);
  if (event.lockState === lock.lockState) {
    return isByRemote ? { lock: withRemoteState(lock, event.lockState, nowMs) } : {};
  }
  const settled = isByRemote ? withoutRemote(lock) : lock;
  const next: LockRecord = { ...settled, lockState: event.lockState };
  if (event.lockState !== "unlocked") return { lock: next };
  const openingPendingBy = isByRemote ? "rf" : "indeterminate";
  const pending: LockRecord = { ...next, openingPendingAtMs: nowMs, openingPendingBy };
  // It was locked and opened again while the first opening's event was waited for: two openings.
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
      return {
        lock: { ...lock, lockState: "undefined" },
        journal: [alarmEntry(lock, "lockJammedAlarm")],
      };
    case "frontEscutcheonRemoved":
    case "doorForcedOpen":
      return { journal: [brokenAlarm(lock, event.alarm)] };
    case "resetToFactory":
      // Its codes are gone, most likely: every slot of ours is read again.
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

/** While its radio was off the lock could tell nothing: its slots are read again, once for a row of such alarms. */
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

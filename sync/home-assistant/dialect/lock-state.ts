import type { JsonObject } from "../../../daemon/base/json.ts";
import type { DoorState, LockState } from "../../../daemon/core/model/door-lock.ts";
import { hasLeft, type LockRecord, type LockView } from "../../../daemon/core/model/lock.ts";
import { overdueAfterMs, overdueRevocations } from "../../../daemon/core/plan/overdue.ts";

/** What is known of a lock beside its records. */
export interface LockMoment {
  readonly nowMs: number;
  /** When the gateway last received a frame from it, ms UTC; null = not since the start. */
  readonly heardAtMs: number | null;
  /** 0 … 255 of the last frame received; null = not known. */
  readonly linkQuality: number | null;
  /** IANA zone of the locks' clocks. */
  readonly timeZone: string;
}

type Switch = "ON" | "OFF" | null;

/** Returns the state of a lock as its topic has it, without its slots. */
export function lockState(view: LockView, moment: LockMoment): JsonObject {
  const { lock, passwords } = view;
  const { nowMs, heardAtMs, linkQuality, timeZone } = moment;
  const overdue = overdueRevocations(view, nowMs, { timeZone }).filter(
    ({ sinceMs }) => nowMs - sinceMs >= overdueAfterMs,
  );
  const failed = passwords.filter(({ operationStage }) => operationStage === "failed");
  const pending = passwords.filter(({ operationStage }) => operationStage === "inProgress");
  const bolt = boltState(lock);
  return {
    state: bolt,
    battery: lock.batteryPercent,
    battery_low: onOff(lock.batteryStep !== null),
    door: doorOf(lock.doorState),
    tamper: onOff(lock.doorState === "forcedOpen"),
    problem: onOff(
      bolt === "JAMMED" ||
        overdue.length > 0 ||
        failed.length > 0 ||
        lock.doorState === "forcedOpen",
    ),
    online: onOff(lock.isOnline),
    linkquality: linkQuality,
    last_seen: heardAtMs === null ? null : new Date(minuteMs(heardAtMs)).toISOString(),
    pending_changes: pending.length,
    overdue_revocations: overdue.length,
  };
}

/** Returns whether commands can reach a lock, in the words of an availability topic. */
export function availabilityOf(lock: LockRecord): "online" | "offline" {
  return lock.isOnline && !hasLeft(lock) ? "online" : "offline";
}

/** @returns null = the lock has not said it */
function boltState({ lockState: state, doorState }: LockRecord): string | null {
  if (doorState === "jammed") return "JAMMED";
  return boltWords[state];
}

const boltWords: Readonly<Record<LockState, string | null>> = {
  locked: "LOCK",
  unlocked: "UNLOCK",
  // It must never be reported as an opening.
  notFullyLocked: "JAMMED",
  undefined: null,
};

function doorOf(state: DoorState): Switch {
  switch (state) {
    case "open":
    case "forcedOpen":
      return "ON";
    case "closed":
      return "OFF";
    case "jammed":
    case "unspecified":
    case "undefined":
      return null;
  }
}

function onOff(isOn: boolean): Switch {
  return isOn ? "ON" : "OFF";
}

/** Returns the full minute before a time: a lock that talks all the time must not cause a message each time. */
function minuteMs(atMs: number): number {
  return Math.floor(atMs / 60_000) * 60_000;
}

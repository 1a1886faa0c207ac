import type { Answer } from "../../api/call.ts";
import { nowS } from "../../api/gateway-time.ts";
import { durationText, relativeText } from "../../texts/text.ts";
import type { Level } from "../../widgets/status.tsx";
import { texts } from "./texts.ts";

/** A lock as the list has it. */
export type ListedLock = Answer<"list_locks">["locks"][number];

/** What the parts of the screen of a lock get. */
export interface LockProps {
  readonly lock: Answer<"show_lock">;
  refresh(): Promise<void>;
}

/** A state in words. */
export interface Words {
  readonly level: Level;
  readonly text: string;
}

/** At or below these the battery is low, or almost empty, percent. */
const lowBattery = 20;
const emptyBattery = 10;

export function boltWords({ lock_state }: Pick<ListedLock, "lock_state">): Words {
  const levels = {
    locked: "ok",
    unlocked: "warn",
    notFullyLocked: "bad",
    undefined: "off",
  } as const;
  return { level: levels[lock_state], text: texts.value.locks.bolts[lock_state] };
}

export function doorWords({ door_state }: Pick<ListedLock, "door_state">): Words {
  const levels = {
    open: "warn",
    closed: "ok",
    jammed: "bad",
    forcedOpen: "bad",
    unspecified: "off",
    undefined: "off",
  } as const;
  return { level: levels[door_state], text: texts.value.locks.doors[door_state] };
}

export function batteryWords({ power }: Pick<ListedLock, "power">): Words {
  const { locks } = texts.value;
  if (power < 0) return { level: "off", text: locks.batteryUnknown };
  const level = power <= emptyBattery ? "bad" : power <= lowBattery ? "warn" : "ok";
  return { level, text: level === "ok" ? `${power} %` : locks.batteryLow(power) };
}

export function linkWords(
  lock: Pick<ListedLock, "onoff_line" | "onoff_time" | "is_on_network">,
): Words {
  const { locks } = texts.value;
  if (lock.is_on_network === 0) return { level: "bad", text: locks.notOnNetwork };
  if (lock.onoff_line === 1) return { level: "ok", text: locks.reachable };
  return { level: "bad", text: locks.away(durationText(nowS() - lock.onoff_time)) };
}

export function heardText({ silent_for_s }: Pick<ListedLock, "silent_for_s">): string {
  if (silent_for_s === null) return texts.value.locks.notHeard;
  return relativeText(nowS() - silent_for_s, nowS());
}

export function clockWords({ clock }: Pick<ListedLock, "clock">): Words {
  const { locks } = texts.value;
  const { state, drift_s: drift } = clock;
  const levels = { healthy: "ok", drifting: "warn", absent: "off", unknown: "off" } as const;
  if (state !== "drifting" || drift === null) {
    return { level: levels[state], text: locks.clocks[state] };
  }
  const apart = durationText(Math.abs(drift));
  return { level: "warn", text: drift > 0 ? locks.clockAhead(apart) : locks.clockBehind(apart) };
}

/** Returns what a person must look at, the worst first. */
export function troubles(lock: ListedLock): readonly Words[] {
  const { locks } = texts.value;
  const found: Words[] = [];
  if (lock.grants_held === 1) found.push({ level: "bad", text: locks.held });
  if (lock.is_on_network === 0 || lock.onoff_line === 2) found.push(linkWords(lock));
  if (lock.lock_state === "notFullyLocked") found.push(boltWords(lock));
  if (lock.door_state === "forcedOpen" || lock.door_state === "jammed") found.push(doorWords(lock));
  if (lock.failed_operations > 0) {
    found.push({ level: "bad", text: locks.failedCodes(lock.failed_operations) });
  }
  if (lock.power >= 0 && lock.power <= lowBattery) found.push(batteryWords(lock));
  if (lock.pending_operations > 0) {
    found.push({ level: "wait", text: locks.waitingCodes(lock.pending_operations) });
  }
  return found;
}

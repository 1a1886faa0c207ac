import type { OperationCode, OperationSource } from "./door-lock.ts";
import type { EventEntry, JsonObject } from "./journal.ts";
import type { LockRecord, LockView } from "./lock.ts";
import type { PasswordRecord } from "./password.ts";

/**
 * V1.6 `source` of an opening. The document names 2 only (by password); the others are latchd's:
 * 0 not known, 1 remote, 3 card, 4 fingerprint, 5 by hand or key, 6 Bluetooth, 7 the lock itself.
 */
const sourceNumbers: Readonly<Record<OperationSource, number>> = {
  keypad: 2,
  rf: 1,
  manual: 5,
  rfid: 3,
  fingerprint: 4,
  bluetooth: 6,
  self: 7,
  indeterminate: 0,
};

/** A state report and the event of the same opening may be this far apart, in either order. */
export const openingGraceMs = 10_500;

export interface Opening {
  readonly atMs: number;
  readonly source: OperationSource;
  /** Whose password it was; null = nobody's that is known. */
  readonly holder: PasswordRecord | null;
  /** See `unlockIdOf`; absent or null = the lock did not say. */
  readonly unlockId?: string | null;
}

/** Operation codes by which the door came open. */
export function isOpening(code: OperationCode): boolean {
  switch (code) {
    case "unlock":
    case "keyUnlock":
    case "scheduleUnlock":
    case "manualUnlock":
      return true;
    case "unknown":
    case "lock":
    case "lockFailurePinId":
    case "lockFailureSchedule":
    case "unlockFailurePinId":
    case "unlockFailureSchedule":
    case "oneTouchLock":
    case "keyLock":
    case "autoLock":
    case "scheduleLock":
    case "manualLock":
    case "nonAccessUser":
      return false;
  }
}

/** Operation codes by which a wrong code shows itself. */
export function isWrongCode(code: OperationCode): boolean {
  return code === "lockFailurePinId" || code === "unlockFailurePinId";
}

/** The history row of an opening, and at the same time its event `lockerOpenAlarm`. */
export function openingEvent(lock: LockRecord, opening: Opening): EventEntry {
  const { holder, unlockId = null } = opening;
  const detail: JsonObject = {
    eventid: 1,
    time: opening.atMs,
    source: sourceNumbers[opening.source],
    method: opening.source,
    ...(unlockId === null ? {} : { unlock_id: unlockId }),
    ...(holder === null ? {} : { sourceid: holder.id, source_name: holder.name }),
  };
  return { kind: "event", event: "lockerOpenAlarm", lock: lock.lock, detail };
}

/** An opening reported by state alone whose event never came: told without a holder. */
export function overdueOpening(
  view: LockView,
  nowMs: number,
): {
  readonly lock: LockRecord;
  readonly journal: readonly EventEntry[];
} | null {
  const { lock } = view;
  if (lock.openingPendingAtMs === null || lock.openingPendingAtMs + openingGraceMs > nowMs)
    return null;
  const opening: Opening = { atMs: lock.openingPendingAtMs, source: "indeterminate", holder: null };
  return {
    lock: { ...lock, openingPendingAtMs: null, openedAtMs: lock.openingPendingAtMs },
    journal: [openingEvent(lock, opening)],
  };
}

import type { JsonObject } from "../../base/json.ts";
import type { OperationCode, OperationSource, UserId } from "../model/door-lock.ts";
import type { EventEntry } from "../model/journal.ts";
import type { LockRecord, LockView } from "../model/lock.ts";
import type { PasswordRecord } from "../model/password.ts";

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

/** V1.6 `eventid` of a history row. The document names 1 only; 2 is latchd's: refused by a schedule. */
const historyIds = { opened: 1, refused: 2 } as const;

/** A state report and the event of the same opening may be this far apart, in either order. */
export const openingGraceMs = 10_500;

export interface Opening {
  readonly atMs: number;
  readonly source: OperationSource;
  /** Whose password it was; null = nobody's that is known. */
  readonly holder: PasswordRecord | null;
  /** See `unlockIdOf`; absent or null = the lock did not say. */
  readonly unlockId?: string | null;
  /** The lock's own number of the user; absent or null = it did not say. */
  readonly userId?: UserId | null;
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

/** Operation codes by which the door came to be locked. */
export function isClosing(code: OperationCode): boolean {
  switch (code) {
    case "lock":
    case "oneTouchLock":
    case "keyLock":
    case "autoLock":
    case "scheduleLock":
    case "manualLock":
      return true;
    default:
      return false;
  }
}

/** Operation codes by which a wrong code shows itself. */
export function isWrongCode(code: OperationCode): boolean {
  return code === "lockFailurePinId" || code === "unlockFailurePinId";
}

/** The history row of an opening, and at the same time its event `lockerOpenAlarm`. */
export function openingEvent(lock: LockRecord, opening: Opening): EventEntry {
  const detail: JsonObject = { eventid: historyIds.opened, ...whoAndHow(opening) };
  return { kind: "event", event: "lockerOpenAlarm", lock: lock.lock, detail };
}

/** Why a lock kept the door shut for somebody whom it knows. */
export type AccessRefusal = "schedule" | "nonAccessUser";

/** The refusal that an operation code tells; null = it tells none. A wrong code is none: nobody is known. */
export function refusalOf(code: OperationCode): AccessRefusal | null {
  switch (code) {
    case "lockFailureSchedule":
    case "unlockFailureSchedule":
      return "schedule";
    case "nonAccessUser":
      return "nonAccessUser";
    default:
      return null;
  }
}

/** The history row of somebody whom the lock refused by its schedule: `accessRefused`. */
export function accessRefusedEvent(
  lock: LockRecord,
  attempt: Opening,
  reason: AccessRefusal,
): EventEntry {
  const detail: JsonObject = { eventid: historyIds.refused, ...whoAndHow(attempt), reason };
  return { kind: "event", event: "accessRefused", lock: lock.lock, detail };
}

function whoAndHow({ atMs, source, holder, unlockId = null, userId = null }: Opening): JsonObject {
  return {
    time: atMs,
    source: sourceNumbers[source],
    method: source,
    ...(unlockId === null ? {} : { unlock_id: unlockId }),
    ...whose(source, holder, userId),
  };
}

/** Whose it was, also in words for a code that is nobody's here. */
function whose(
  source: OperationSource,
  holder: PasswordRecord | null,
  userId: UserId | null,
): JsonObject {
  if (holder !== null) return { sourceid: holder.id, source_name: holder.name };
  if (source !== "keypad" || userId === null) return {};
  return { source_name: `unknown user ${userId}` };
}

/** The opening that only the lock's state told, without a holder; null = none is pending. */
export function pendingOpening(lock: LockRecord): Opening | null {
  const { openingPendingAtMs: atMs, openingPendingBy: source = "indeterminate" } = lock;
  return atMs === null ? null : { atMs, source, holder: null };
}

/** An opening reported by state alone whose event never came: told without a holder. */
export function overdueOpeningEffects(
  view: LockView,
  nowMs: number,
): {
  readonly lock: LockRecord;
  readonly journal: readonly EventEntry[];
} | null {
  const { lock } = view;
  const opening = pendingOpening(lock);
  if (opening === null || opening.atMs + openingGraceMs > nowMs) return null;
  return {
    lock: { ...lock, openingPendingAtMs: null, openedAtMs: opening.atMs },
    journal: [openingEvent(lock, opening)],
  };
}

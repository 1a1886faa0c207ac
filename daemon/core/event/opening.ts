import type { JsonObject } from "../../base/json.ts";
import type { OperationCode, OperationSource, UserId } from "../model/door-lock.ts";
import type { EventEntry } from "../model/journal.ts";
import type { LockRecord, LockView } from "../model/lock.ts";
import type { PasswordRecord } from "../model/password.ts";

/**
 * V1.6 `source` of an opening. The document names only 2 (by password); the others are latchd's own:
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

/** V1.6 `eventid` of a history row. The document names only 1; 2 is latchd's own: refused by a schedule. */
const historyIds = { opened: 1, refused: 2 } as const;

/** A state report and the event of the same opening may be this far apart, in any order. */
export const openingGraceMs = 10_500;

export interface Opening {
  readonly atMs: number;
  readonly source: OperationSource;
  /** The password that opened; null = not known. */
  readonly holder: PasswordRecord | null;
  /** See `unlockIdOf`; absent or null = the lock did not say. */
  readonly unlockId?: string | null;
  /** The lock's number of the user; absent or null = the lock did not say. */
  readonly userId?: UserId | null;
}

/** What an operation code means for the door. A new code does not compile until it has a meaning. */
const doorMoves: Readonly<Record<OperationCode, "opening" | "closing" | null>> = {
  unlock: "opening",
  keyUnlock: "opening",
  scheduleUnlock: "opening",
  manualUnlock: "opening",
  lock: "closing",
  oneTouchLock: "closing",
  keyLock: "closing",
  autoLock: "closing",
  scheduleLock: "closing",
  manualLock: "closing",
  unknown: null,
  lockFailurePinId: null,
  lockFailureSchedule: null,
  unlockFailurePinId: null,
  unlockFailureSchedule: null,
  nonAccessUser: null,
};

/** Returns whether the operation code reports that the lock was unlocked. */
export function isOpening(code: OperationCode): boolean {
  return doorMoves[code] === "opening";
}

/** Returns whether the operation code reports that the lock was locked. */
export function isClosing(code: OperationCode): boolean {
  return doorMoves[code] === "closing";
}

/** Returns whether the operation code reports a wrong code. */
export function isWrongCode(code: OperationCode): boolean {
  return code === "lockFailurePinId" || code === "unlockFailurePinId";
}

/** Returns the history row of an opening, which is also its event `lockerOpenAlarm`. */
export function openingEvent(lock: LockRecord, opening: Opening): EventEntry {
  const detail: JsonObject = { eventid: historyIds.opened, ...whoAndHow(opening) };
  return { kind: "event", event: "lockerOpenAlarm", lock: lock.lock, detail };
}

/** Why a lock did not open for a user whom it knows. */
export type AccessRefusal = "schedule" | "nonAccessUser";

/**
 * Returns the refusal that an operation code reports, or null. A wrong code is no refusal, because it names no
 * user.
 */
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

/** Returns the history row of a refused user, which is also its event `accessRefused`. */
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

/** Returns the fields that name the holder, or the user number of an unmanaged code. */
function whose(
  source: OperationSource,
  holder: PasswordRecord | null,
  userId: UserId | null,
): JsonObject {
  if (holder !== null) return { sourceid: holder.id, source_name: holder.name };
  if (source !== "keypad" || userId === null) return {};
  return { source_name: `unknown user ${userId}` };
}

/** Returns the opening that only the lock's state reported, without a holder; null = none is pending. */
export function pendingOpening(lock: LockRecord): Opening | null {
  const { openingPendingAtMs: atMs, openingPendingBy: source = "indeterminate" } = lock;
  return atMs === null ? null : { atMs, source, holder: null };
}

/**
 * Returns the effects of an opening whose event never arrived: it is published without a holder. Null = none is
 * overdue.
 */
export function overdueOpeningEffects(
  view: LockView,
  nowMs: number,
): {
  readonly lock: LockRecord;
  readonly journal: readonly EventEntry[];
} | null {
  const { lock } = view;
  const opening = pendingOpening(lock);
  if (opening === null) return null;
  const waitedMs = nowMs - opening.atMs;
  // One of the future is from before a start whose time is behind the records: no event of it will come.
  if (waitedMs >= 0 && waitedMs < openingGraceMs) return null;
  return {
    lock: { ...lock, openingPendingAtMs: null, openedAtMs: opening.atMs },
    journal: [openingEvent(lock, opening)],
  };
}

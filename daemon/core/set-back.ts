import type { JournalEntry } from "./journal.ts";
import type { Effects, LockRecord, LockView } from "./lock.ts";
import { driftLimitSeconds, unknownClock } from "./lock-clock.ts";
import { administratorId, type PasswordRecord } from "./password.ts";
import { emptyProofMs } from "./plan-work.ts";
import type { SlotRecord } from "./slot.ts";

/** How the trusted time was set back, ms UTC. */
export interface SetBack {
  /** The time that is disowned. */
  readonly fromMs: number;
  /** The time that holds now. */
  readonly toMs: number;
}

/**
 * What becomes of a lock's records when the time was set back. A password whose window ended only on
 * the disowned time is wanted again and told (`pwdRestored`); the plan then sets its code. Times of the
 * records that lie ahead are moved to now, because a retry or a reading "in the future" would
 * otherwise wait for it. Applied twice it changes nothing more.
 */
export function afterSetBack(view: LockView, setBack: SetBack): Effects {
  const restored = view.passwords.filter((password) => hasEndedWrongly(password, setBack));
  const slots = [...view.slots.values()].flatMap((slot) => {
    const moved = movedSlot(slot, setBack);
    return moved === null ? [] : [moved];
  });
  const lock = movedLock(view.lock, setBack);
  return {
    ...(lock === null ? {} : { lock }),
    ...(slots.length === 0 ? {} : { slots }),
    ...(restored.length === 0 ? {} : { passwords: restored.map(wantedAgain) }),
    ...(restored.length === 0 ? {} : { journal: restored.map(restoredEvent) }),
  };
}

function hasEndedWrongly(password: PasswordRecord, { fromMs, toMs }: SetBack): boolean {
  const { id, isDeleted, consumedAtMs, userId, operationStage, failure, window } = password;
  // Deleted by somebody, or used up by an opening: the time had no part in it.
  if (id === administratorId || isDeleted || consumedAtMs !== null) return false;
  if (window.endMs === null || window.endMs <= toMs || window.endMs > fromMs) return false;
  const isSettled = operationStage === "done" || failure === "expired";
  return userId === null && isSettled;
}

function wantedAgain(password: PasswordRecord): PasswordRecord {
  return { ...password, operationStage: "inProgress", failure: null };
}

function restoredEvent({ id, name, lock, window }: PasswordRecord): JournalEntry {
  const detail = { password_id: id, name, reason: "clock", ends_at: window.endMs };
  return { kind: "event", event: "pwdRestored", lock, detail };
}

function movedSlot(slot: SlotRecord, { toMs }: SetBack): SlotRecord | null {
  const { retryAtMs, verifiedAtMs, overdueToldAtMs } = slot;
  const moved: SlotRecord = {
    ...slot,
    retryAtMs: earlier(retryAtMs, toMs),
    // Proof of an empty slot holds for a minute: it is read again before it is written.
    verifiedAtMs:
      verifiedAtMs === null || verifiedAtMs <= toMs ? verifiedAtMs : toMs - emptyProofMs - 1,
    overdueToldAtMs: earlier(overdueToldAtMs, toMs),
  };
  const isSame =
    moved.retryAtMs === retryAtMs &&
    moved.verifiedAtMs === verifiedAtMs &&
    moved.overdueToldAtMs === overdueToldAtMs;
  return isSame ? null : moved;
}

function movedLock(lock: LockRecord, { fromMs, toMs }: SetBack): LockRecord | null {
  const { lockClock } = lock;
  // The lock may have been given the wrong time, and it was compared with it: in small steps for days. Its
  // clock is written, and measured, again.
  const isMisled = fromMs - toMs > driftLimitSeconds * 1000 && lockClock.measuredAtMs !== null;
  const moved: LockRecord = {
    ...lock,
    batteryAtMs: earlier(lock.batteryAtMs, toMs),
    batteryToldAtMs: earlier(lock.batteryToldAtMs, toMs),
    onlineChangedAtMs: Math.min(lock.onlineChangedAtMs, toMs),
    openingPendingAtMs: earlier(lock.openingPendingAtMs, toMs),
    openedAtMs: earlier(lock.openedAtMs, toMs),
    wrongCodeAtMs: earlier(lock.wrongCodeAtMs, toMs),
    auditedAtMs: earlier(lock.auditedAtMs, toMs),
    lockClock: isMisled || (lockClock.writtenAtMs ?? 0) > toMs ? unknownClock : lockClock,
  };
  return isEqual(moved, lock) ? null : moved;
}

function isEqual(moved: LockRecord, lock: LockRecord): boolean {
  return (
    moved.lockClock === lock.lockClock &&
    moved.batteryAtMs === lock.batteryAtMs &&
    moved.batteryToldAtMs === lock.batteryToldAtMs &&
    moved.onlineChangedAtMs === lock.onlineChangedAtMs &&
    moved.openingPendingAtMs === lock.openingPendingAtMs &&
    moved.openedAtMs === lock.openedAtMs &&
    moved.wrongCodeAtMs === lock.wrongCodeAtMs &&
    moved.auditedAtMs === lock.auditedAtMs
  );
}

function earlier(atMs: number | null, nowMs: number): number | null {
  return atMs === null ? null : Math.min(atMs, nowMs);
}

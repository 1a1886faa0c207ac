import type { LockState } from "../model/door-lock.ts";
import type { EventEntry } from "../model/journal.ts";
import type { RemoteOperation } from "../model/lock/remote-operation.ts";
import type { Effects, LockRecord } from "../model/lock.ts";
import { openingEvent, pendingOpening } from "./opening.ts";

/** latchd reads the lock's state this long after a remote operation, unless the lock reported it before. */
export const remoteReadDelayMs = 3_000;
/** After this time a bolt that has not moved raises an alarm: motors take up to 5 s, and some try twice. */
export const remoteMoveLimitMs = 10_000;
/** After this time the lock's state proves nothing about the operation. */
export const remoteExpiryMs = 120_000;

const wantedStates = { lock: "locked", unlock: "unlocked" } as const;

/** Returns the remote operation whose effect is still pending; null = none. */
export function pendingRemote(lock: LockRecord, nowMs: number): RemoteOperation | null {
  const { remote = null } = lock;
  return remote !== null && nowMs - remote.sentAtMs <= remoteExpiryMs ? remote : null;
}

/**
 * Returns the effects of sending `next`. An earlier unlock that the lock accepted and has not shown yet counts
 * as an opening, because nothing can show it after `next`. If its event still arrives, it makes the history row.
 */
export function remoteSentEffects(lock: LockRecord, next: RemoteOperation): Effects {
  const before = pendingRemote(lock, next.sentAtMs);
  const after: LockRecord = { ...lock, remote: next };
  if (before?.action !== "unlock" || before.isAccepted !== true) return { lock: after };
  const opened: LockRecord = {
    ...after,
    lockState: "unlocked",
    openingPendingAtMs: before.sentAtMs,
    openingPendingBy: "rf",
  };
  const first = pendingOpening(lock);
  if (first === null) return { lock: opened };
  return { lock: { ...opened, openedAtMs: first.atMs }, journal: [openingEvent(lock, first)] };
}

/** Returns the lock after it accepted the operation; the same object if none is pending. */
export function withRemoteAccepted(lock: LockRecord): LockRecord {
  const { remote = null } = lock;
  return remote === null ? lock : { ...lock, remote: { ...remote, isAccepted: true } };
}

/** Returns the lock after the effect of the operation is known, or if the operation was never sent. */
export function withoutRemote(lock: LockRecord): LockRecord {
  return (lock.remote ?? null) === null ? lock : { ...lock, remote: null };
}

/** Returns whether `state` is the effect of the pending remote operation. */
export function isRemoteStateReached(lock: LockRecord, state: LockState, nowMs: number): boolean {
  const remote = pendingRemote(lock, nowMs);
  return remote !== null && state === wantedStates[remote.action];
}

/**
 * Returns the lock after it reported or showed its state. A remote unlock that the lock shows is an opening,
 * even if the record says unlocked: a lock that reports nothing may have been locked meanwhile. Another state
 * proves nothing, because the lock may have sent the report before the operation.
 * @returns the same object if nothing changes
 */
export function withRemoteState(lock: LockRecord, state: LockState, nowMs: number): LockRecord {
  const remote = pendingRemote(lock, nowMs);
  if (remote === null || !isRemoteStateReached(lock, state, nowMs)) return lock;
  const done: LockRecord = { ...lock, lockState: state, remote: null };
  if (remote.action === "lock" || lock.openingPendingAtMs !== null) return done;
  // The event of the opening may still arrive: then it makes the history row.
  return { ...done, openingPendingAtMs: remote.sentAtMs, openingPendingBy: "rf" };
}

/**
 * Returns the effects of reading the lock's state after the bolt had time to move. If the lock accepted the
 * operation and did not perform it, `lockNotMovedAlarm` corrects the reply to the command.
 */
export function remoteReadEffects(lock: LockRecord, state: LockState, nowMs: number): Effects {
  const remote = lock.remote ?? null;
  if (remote === null) return {};
  const shown = withRemoteState(lock, state, nowMs);
  if (shown !== lock) return { lock: shown };
  if (nowMs - remote.sentAtMs < remoteMoveLimitMs) return {};
  const after = withoutRemote(lock);
  return pendingRemote(lock, nowMs) === null
    ? { lock: after }
    : { lock: after, journal: [notMovedEvent(lock, remote, state)] };
}

function notMovedEvent(lock: LockRecord, remote: RemoteOperation, state: LockState): EventEntry {
  return {
    kind: "event",
    event: "lockNotMovedAlarm",
    lock: lock.lock,
    detail: { action: remote.action, lock_state: state },
  };
}

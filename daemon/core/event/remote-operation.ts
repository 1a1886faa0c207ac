import type { LockState } from "../model/door-lock.ts";
import type { EventEntry } from "../model/journal.ts";
import type { RemoteOperation } from "../model/lock/remote-operation.ts";
import type { Effects, LockRecord } from "../model/lock.ts";
import { openingEvent, pendingOpening } from "./opening.ts";

/** The lock's state is read this long after a remote operation, unless the lock told it before. */
export const remoteReadDelayMs = 3_000;
/** A bolt that has not moved by then is told as not moved: motors take up to 5 s, some try twice. */
export const remoteMoveLimitMs = 10_000;
/** After this, what the lock shows says nothing of the operation any more. */
export const remoteExpiryMs = 120_000;

const wantedStates = { lock: "locked", unlock: "unlocked" } as const;

/** The remote operation whose effect is still waited for; null = none. */
export function pendingRemote(lock: LockRecord, nowMs: number): RemoteOperation | null {
  const { remote = null } = lock;
  return remote !== null && nowMs - remote.sentAtMs <= remoteExpiryMs ? remote : null;
}

/**
 * Returns what is on record once `next` goes out. An unlock that the lock accepted and has not shown yet is an
 * opening: after `next` nothing can show it any more. Its event may still come, and makes the row then.
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

/** The lock answered that it carries the operation out. @returns the same object if none is waited for */
export function withRemoteAccepted(lock: LockRecord): LockRecord {
  const { remote = null } = lock;
  return remote === null ? lock : { ...lock, remote: { ...remote, isAccepted: true } };
}

/** The effect of a remote operation is known, or the operation was never sent. */
export function withoutRemote(lock: LockRecord): LockRecord {
  return (lock.remote ?? null) === null ? lock : { ...lock, remote: null };
}

/** Is it the state that a remote operation wanted, and that is still waited for? */
export function isRemoteStateReached(lock: LockRecord, state: LockState, nowMs: number): boolean {
  const remote = pendingRemote(lock, nowMs);
  return remote !== null && state === wantedStates[remote.action];
}

/**
 * The lock told its state, by itself or when asked: what that means for a remote operation. A remote
 * unlock that the lock shows is an opening, even if the record had the lock as unlocked before: a lock
 * that tells nothing may have been locked meanwhile. Another state proves nothing here: the report may
 * have been on its way already.
 * @returns the record, with the new state; the same object if nothing changes
 */
export function withRemoteState(lock: LockRecord, state: LockState, nowMs: number): LockRecord {
  const remote = pendingRemote(lock, nowMs);
  if (remote === null || !isRemoteStateReached(lock, state, nowMs)) return lock;
  const done: LockRecord = { ...lock, lockState: state, remote: null };
  if (remote.action === "lock" || lock.openingPendingAtMs !== null) return done;
  // The event that says so may still come: it makes the row then.
  return { ...done, openingPendingAtMs: remote.sentAtMs, openingPendingBy: "rf" };
}

/**
 * What a look at the lock means once its bolt has had time to move: a lock that said yes and did not do
 * it is told (`lockNotMovedAlarm`), because the reply to the command said that the lock accepted it.
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

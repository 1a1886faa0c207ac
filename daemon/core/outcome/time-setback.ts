import { schedulingRetryMs } from "../enforcement/slot-enforcement.ts";
import type { JournalEntry } from "../model/journal.ts";
import type { AuditState } from "../model/lock/audit-state.ts";
import { type LockClock, unknownClock } from "../model/lock/lock-clock.ts";
import type { Scheduling } from "../model/lock/scheduling.ts";
import type { Effects, LockRecord, LockView } from "../model/lock.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import { emptyProofMs } from "../plan/plan-work.ts";
import { driftLimitSeconds } from "../time/lock-clock.ts";
import { type TimeFieldsOf, type TimeLimit, withTimesUpTo } from "../time/time-fields.ts";
import { believableMs } from "../time/trusted-time.ts";

const dayMs = 86_400_000;

const passwordStamps: TimeFieldsOf<PasswordRecord> = {
  createdAtMs: "history",
  changedAtMs: "history",
  consumedAtMs: "history",
};

const slotStamps: TimeFieldsOf<SlotRecord> = {
  heldSinceMs: "history",
  retryAtMs: "wait",
  overdueToldAtMs: "wait",
  verifiedAtMs: "wait",
  doubtedAtMs: "wait",
  toldAtMs: "wait",
  writtenAtMs: "wait",
  setAtMs: "wait",
  clearedAtMs: "wait",
};

const lockStamps: TimeFieldsOf<LockRecord> = {
  pairedAtMs: "wait",
  batteryAtMs: "wait",
  batteryToldAtMs: "wait",
  batteryLowAtMs: "wait",
  onlineChangedAtMs: "wait",
  leftAtMs: "history",
  restartedAtMs: "wait",
  openingPendingAtMs: "history",
  openedAtMs: "wait",
  wrongCodeAtMs: "wait",
  auditedAtMs: "wait",
};

const clockStamps: TimeFieldsOf<LockClock> = {
  measuredAtMs: "wait",
  writtenAtMs: "wait",
  declinedAtMs: "wait",
};

const auditStamps: TimeFieldsOf<AuditState> = {
  sweptAtMs: "wait",
  roundBeganAtMs: "wait",
  wholeRoundBeganAtMs: "wait",
};

/** A setback of the trusted time, ms UTC. */
export interface TimeSetback {
  /** The wrong time. */
  readonly fromMs: number;
  /** The time that counts now. */
  readonly toMs: number;
}

/**
 * Returns the effects of a setback on a lock's records. A password whose window ended only by the wrong time is
 * desired again, with `pwdRestored`; the plan then sets its code. All times of the records that are in the future
 * are moved to now: otherwise retries, reads and alarms that count from them would wait for that time. Applying
 * it twice changes nothing more.
 */
export function setbackEffects(view: LockView, setBack: TimeSetback): Effects {
  const { fromMs, toMs } = setBack;
  const restored = view.passwords.filter((one) => hasEndedByWrongTime(one, setBack));
  const passwords = new Map(restored.map((password) => [password.id, wantedAgain(password)]));
  // The lock may have got the wrong time, and its clock was measured by it. Write and measure its clock again.
  const isMisled = fromMs - toMs > driftLimitSeconds * 1000;
  const wanted: LockView = {
    ...view,
    passwords: view.passwords.map((password) => passwords.get(password.id) ?? password),
    lock: isMisled ? withoutMeasuredClock(view.lock) : view.lock,
  };
  return {
    ...changesBetween(view, withTimesMoved(wanted, { nowMs: toMs, historyLimitMs: toMs })),
    ...(restored.length === 0 ? {} : { journal: restored.map(restoredEvent) }),
  };
}

/**
 * Returns a lock's records without waits and proofs of the future. After a power cut the time continues from the last
 * mark. What was recorded after that mark would count as recent once the time has passed it: a slot would not be read
 * for a day, although nobody knows what happened to it while the power was off. The recorded times were right: no
 * password has ended by a wrong one, and history stays, unless it is later than any time that can be believed.
 * Applying it twice changes nothing more.
 */
export function pastTimesEffects(view: LockView, nowMs: number): Effects {
  const limit = { nowMs, historyLimitMs: nowMs + believableMs };
  return changesBetween(view, withTimesMoved(view, limit));
}

function withTimesMoved({ lock, passwords, slots }: LockView, limit: TimeLimit): LockView {
  return {
    lock: movedLock(lock, limit),
    passwords: passwords.map((password) => withTimesUpTo(password, passwordStamps, limit)),
    slots: new Map(Array.from(slots, ([userId, slot]) => [userId, movedSlot(slot, limit)])),
  };
}

/** Returns the records of `after` that are not those of `before`. */
function changesBetween(before: LockView, after: LockView): Effects {
  const { lock } = after;
  const passwords = after.passwords.filter((password, at) => password !== before.passwords[at]);
  const slots = [...after.slots.values()].filter((slot) => slot !== before.slots.get(slot.userId));
  return {
    ...(lock === before.lock ? {} : { lock }),
    ...(slots.length === 0 ? {} : { slots }),
    ...(passwords.length === 0 ? {} : { passwords }),
  };
}

function hasEndedByWrongTime(password: PasswordRecord, { fromMs, toMs }: TimeSetback): boolean {
  const { id, isDeleted, consumedAtMs, userId, operationStage, failure, window } = password;
  // Somebody deleted it, or an opening used it up: the time was not the reason.
  if (id === administratorId || isDeleted || consumedAtMs !== null) return false;
  if (window.endMs === null || window.endMs <= toMs || window.endMs > fromMs) return false;
  const isCompleted = operationStage === "done" || failure === "expired";
  return userId === null && isCompleted;
}

function wantedAgain(password: PasswordRecord): PasswordRecord {
  return { ...password, operationStage: "inProgress", failure: null };
}

function restoredEvent({ id, name, lock, window }: PasswordRecord): JournalEntry {
  const detail = { password_id: id, name, reason: "clock", ends_at: window.endMs };
  return { kind: "event", event: "pwdRestored", lock, detail };
}

function movedSlot(slot: SlotRecord, limit: TimeLimit): SlotRecord {
  const { verifiedAtMs } = slot;
  const moved = withTimesUpTo(slot, slotStamps, limit);
  if (verifiedAtMs === null || verifiedAtMs <= limit.nowMs) return moved;
  // A slot that was seen empty counts as empty for a minute. Make latchd read it again before it writes.
  return { ...moved, verifiedAtMs: limit.nowMs - emptyProofMs - 1 };
}

function withoutMeasuredClock(lock: LockRecord): LockRecord {
  return lock.lockClock.measuredAtMs === null ? lock : { ...lock, lockClock: unknownClock };
}

function movedLock(lock: LockRecord, limit: TimeLimit): LockRecord {
  const { audits, remote, scheduling, logCursor, lockClock } = lock;
  const parts = {
    lockClock: withTimesUpTo(lockClock, clockStamps, limit),
    logCursor: withTimesUpTo(logCursor, { readAtMs: "wait" }, limit),
    scheduling: movedScheduling(scheduling, limit.nowMs),
    ...(audits === undefined ? {} : { audits: movedAudits(audits, limit) }),
    ...(remote ? { remote: withTimesUpTo(remote, { sentAtMs: "wait" }, limit) } : {}),
  };
  const isSame =
    parts.lockClock === lockClock &&
    parts.logCursor === logCursor &&
    parts.scheduling === scheduling &&
    parts.audits === audits &&
    (parts.remote ?? remote) === remote;
  const moved = withTimesUpTo(lock, lockStamps, limit);
  return isSame ? moved : { ...moved, ...parts };
}

/** A lock that refused schedules is tried again a day from now, not a day after the wrong time. */
function movedScheduling(scheduling: Scheduling, nowMs: number): Scheduling {
  const { retryAtMs = 0 } = scheduling;
  const latestMs = nowMs + schedulingRetryMs;
  return retryAtMs > latestMs ? { ...scheduling, retryAtMs: latestMs } : scheduling;
}

/** Reads that were paid from a future budget count as a used burst of at most a day's budget. */
function movedAudits(audits: AuditState, limit: TimeLimit): AuditState {
  const moved = withTimesUpTo(audits, auditStamps, limit);
  const quick = withTimesUpTo(audits.quick, { gapAtMs: "wait" }, limit);
  const paidThroughMs = Math.min(audits.paidThroughMs, limit.nowMs + dayMs);
  const isSame = quick === audits.quick && paidThroughMs === audits.paidThroughMs;
  return isSame ? moved : { ...moved, quick, paidThroughMs };
}

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
import { type TimeFieldsOf, withTimesUpTo } from "../time/time-fields.ts";

const dayMs = 86_400_000;

const passwordStamps: TimeFieldsOf<PasswordRecord> = {
  createdAtMs: true,
  changedAtMs: true,
  consumedAtMs: true,
};

const slotStamps: TimeFieldsOf<SlotRecord> = {
  heldSinceMs: true,
  retryAtMs: true,
  overdueToldAtMs: true,
  verifiedAtMs: true,
  doubtedAtMs: true,
  toldAtMs: true,
  writtenAtMs: true,
  setAtMs: true,
  clearedAtMs: true,
};

const lockStamps: TimeFieldsOf<LockRecord> = {
  pairedAtMs: true,
  batteryAtMs: true,
  batteryToldAtMs: true,
  batteryLowAtMs: true,
  onlineChangedAtMs: true,
  leftAtMs: true,
  restartedAtMs: true,
  openingPendingAtMs: true,
  openedAtMs: true,
  wrongCodeAtMs: true,
  auditedAtMs: true,
};

const clockStamps: TimeFieldsOf<LockClock> = {
  measuredAtMs: true,
  writtenAtMs: true,
  declinedAtMs: true,
};

const auditStamps: TimeFieldsOf<AuditState> = {
  sweptAtMs: true,
  roundBeganAtMs: true,
  wholeRoundBeganAtMs: true,
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
  const { toMs } = setBack;
  const restored = new Set(view.passwords.filter((one) => hasEndedByWrongTime(one, setBack)));
  const passwords = changedRecords(view.passwords, (password) =>
    movedPassword(restored.has(password) ? wantedAgain(password) : password, toMs),
  );
  const slots = changedRecords([...view.slots.values()], (slot) => movedSlot(slot, toMs));
  const [lock] = changedRecords([view.lock], (record) => movedLock(record, setBack));
  return {
    ...(lock === undefined ? {} : { lock }),
    ...(slots.length === 0 ? {} : { slots }),
    ...(passwords.length === 0 ? {} : { passwords }),
    ...(restored.size === 0 ? {} : { journal: Array.from(restored, restoredEvent) }),
  };
}

/**
 * Returns a lock's records without times in the future. After a power cut the time continues from the last mark. What
 * was recorded after that mark would count as recent once the time has passed it: a slot would not be read for a day,
 * although nobody knows what happened to it while the power was off. The recorded times were right, so no password
 * has ended by a wrong one. Applying it twice changes nothing more.
 */
export function pastTimesEffects(view: LockView, nowMs: number): Effects {
  return setbackEffects(view, { fromMs: nowMs, toMs: nowMs });
}

function changedRecords<T>(records: readonly T[], move: (record: T) => T): readonly T[] {
  return records.flatMap((record) => {
    const moved = move(record);
    return moved === record ? [] : [moved];
  });
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

function movedPassword(password: PasswordRecord, toMs: number): PasswordRecord {
  return withTimesUpTo(password, passwordStamps, toMs);
}

function movedSlot(slot: SlotRecord, toMs: number): SlotRecord {
  const { verifiedAtMs } = slot;
  const moved = withTimesUpTo(slot, slotStamps, toMs);
  if (verifiedAtMs === null || verifiedAtMs <= toMs) return moved;
  // A slot that was seen empty counts as empty for a minute. Make latchd read it again before it writes.
  return { ...moved, verifiedAtMs: toMs - emptyProofMs - 1 };
}

function movedLock(lock: LockRecord, { fromMs, toMs }: TimeSetback): LockRecord {
  const { audits, remote, scheduling, logCursor, lockClock } = lock;
  // The lock may have got the wrong time, and its clock was measured by it. Write and measure its clock again.
  const isMisled = fromMs - toMs > driftLimitSeconds * 1000 && lockClock.measuredAtMs !== null;
  const parts = {
    lockClock: isMisled ? unknownClock : withTimesUpTo(lockClock, clockStamps, toMs),
    logCursor: withTimesUpTo(logCursor, { readAtMs: true }, toMs),
    scheduling: movedScheduling(scheduling, toMs),
    ...(audits === undefined ? {} : { audits: movedAudits(audits, toMs) }),
    ...(remote ? { remote: withTimesUpTo(remote, { sentAtMs: true }, toMs) } : {}),
  };
  const isSame =
    parts.lockClock === lockClock &&
    parts.logCursor === logCursor &&
    parts.scheduling === scheduling &&
    parts.audits === audits &&
    (parts.remote ?? remote) === remote;
  const moved = withTimesUpTo(lock, lockStamps, toMs);
  return isSame ? moved : { ...moved, ...parts };
}

/** A lock that refused schedules is tried again a day from now, not a day after the wrong time. */
function movedScheduling(scheduling: Scheduling, toMs: number): Scheduling {
  const { retryAtMs = 0 } = scheduling;
  const latestMs = toMs + schedulingRetryMs;
  return retryAtMs > latestMs ? { ...scheduling, retryAtMs: latestMs } : scheduling;
}

/** Reads that were paid from a future budget count as a used burst of at most a day's budget. */
function movedAudits(audits: AuditState, toMs: number): AuditState {
  const moved = withTimesUpTo(audits, auditStamps, toMs);
  const quick = withTimesUpTo(audits.quick, { gapAtMs: true }, toMs);
  const paidThroughMs = Math.min(audits.paidThroughMs, toMs + dayMs);
  const isSame = quick === audits.quick && paidThroughMs === audits.paidThroughMs;
  return isSame ? moved : { ...moved, quick, paidThroughMs };
}

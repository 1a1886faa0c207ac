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
 * records that lie ahead are moved to now, all of them: what counts from a time "in the future" (a retry, a
 * look at a slot, an alarm that a revocation is late) would otherwise wait for it. Applied twice it changes
 * nothing more.
 */
export function afterSetBack(view: LockView, setBack: SetBack): Effects {
  const { toMs } = setBack;
  const restored = new Set(view.passwords.filter((one) => hasEndedWrongly(one, setBack)));
  const passwords = changed(view.passwords, (password) =>
    movedPassword(restored.has(password) ? wantedAgain(password) : password, toMs),
  );
  const slots = changed([...view.slots.values()], (slot) => movedSlot(slot, toMs));
  const [lock] = changed([view.lock], (record) => movedLock(record, setBack));
  return {
    ...(lock === undefined ? {} : { lock }),
    ...(slots.length === 0 ? {} : { slots }),
    ...(passwords.length === 0 ? {} : { passwords }),
    ...(restored.size === 0 ? {} : { journal: Array.from(restored, restoredEvent) }),
  };
}

function changed<T>(records: readonly T[], move: (record: T) => T): readonly T[] {
  return records.flatMap((record) => {
    const moved = move(record);
    return moved === record ? [] : [moved];
  });
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

function movedPassword(password: PasswordRecord, toMs: number): PasswordRecord {
  return withTimesUpTo(password, passwordStamps, toMs);
}

function movedSlot(slot: SlotRecord, toMs: number): SlotRecord {
  const { verifiedAtMs } = slot;
  const moved = withTimesUpTo(slot, slotStamps, toMs);
  if (verifiedAtMs === null || verifiedAtMs <= toMs) return moved;
  // Proof of an empty slot holds for a minute: it is read again before it is written.
  return { ...moved, verifiedAtMs: toMs - emptyProofMs - 1 };
}

function movedLock(lock: LockRecord, { fromMs, toMs }: SetBack): LockRecord {
  const { audits, remote, scheduling, logCursor, lockClock } = lock;
  // The lock may have been given the wrong time, and it was compared with it: in small steps for days. Its
  // clock is written, and measured, again.
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

/** A lock that has refused schedules is asked again a day later, not after the time that was disowned. */
function movedScheduling(scheduling: Scheduling, toMs: number): Scheduling {
  const { retryAtMs = 0 } = scheduling;
  const latestMs = toMs + schedulingRetryMs;
  return retryAtMs > latestMs ? { ...scheduling, retryAtMs: latestMs } : scheduling;
}

/** What was paid in a future that did not come counts as a used burst: that is a day's budget at most. */
function movedAudits(audits: AuditState, toMs: number): AuditState {
  const moved = withTimesUpTo(audits, auditStamps, toMs);
  const quick = withTimesUpTo(audits.quick, { gapAtMs: true }, toMs);
  const paidThroughMs = Math.min(audits.paidThroughMs, toMs + dayMs);
  const isSame = quick === audits.quick && paidThroughMs === audits.paidThroughMs;
  return isSame ? moved : { ...moved, quick, paidThroughMs };
}

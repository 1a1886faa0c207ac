import { isUndecidable } from "../evidence/event-sequence.ts";
import { isBound } from "../evidence/slot-content-shown.ts";
import type { LockSchedules } from "../model/enforcement.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { PlannedOperation } from "../model/slot-operation.ts";
import { refusalLimit } from "../outcome/refusal-limits.ts";
import { completion } from "../plan/completion.ts";
import {
  canRead,
  clearStep,
  isEmptyProofOld,
  isForeign,
  isSuspended,
  nothingToDo,
  type PlanInput,
  rank,
  readOperation,
  recordStep,
  slotStep,
  type Work,
} from "../plan/plan-work.ts";
import { isOver } from "../plan/target.ts";
import { clockDue, clockRecheckMs, keepsTime } from "../time/lock-clock.ts";
import {
  enforcementSteps,
  firstScheduleId,
  hasRefused,
  isEnforcedByLock,
  isKeptShutByLock,
  leftoverSchedules,
  preloadMs,
  sameSchedules,
  wantedSchedules,
  weekAloneMs,
  type ZonedMoment,
} from "./slot-enforcement.ts";

/** The lock's own guard of a slot whose code is live now: what is left to tell the lock. */
export function enforcementWork(
  input: PlanInput,
  password: PasswordRecord,
  slot: SlotRecord,
): Work {
  const wanted = wantedSchedules(password, input.view.lock, momentOf(input));
  if (wanted === null || isEnforcedByLock(slot, wanted) || hasRefused(slot, wanted))
    return nothingToDo;
  if (input.time.state === "lost") return nothingToDo;
  return programming(input, slot, wanted, password.window.endMs ?? Number.MAX_SAFE_INTEGER);
}

/**
 * A code that is to open now is still bound by schedules that are not its own any more (another
 * window, a lock whose clock has gone wrong): the lock is made to go by the gateway again.
 * @returns null when nothing binds it.
 */
export function unrestrictWork(
  input: PlanInput,
  password: PasswordRecord,
  slot: SlotRecord,
): Work | null {
  const { content, guard, userId } = slot;
  if (content.kind !== "occupied") return null;
  // What was sent and never answered may have arrived.
  if (!isBound(content) && guard.kind !== "programming") return null;
  const wanted = wantedSchedules(password, input.view.lock, momentOf(input));
  if (isEnforcedByLock(slot, wanted)) return null;
  const isUnderWay =
    wanted !== null && guard.kind === "programming" && sameSchedules(guard.schedules, wanted);
  if (isUnderWay) return null;
  if (input.time.state === "lost") return nothingToDo;
  const order = { rank: rank.grant, dueMs: password.window.endMs ?? Number.MAX_SAFE_INTEGER };
  if (input.view.lock.scheduling.setsUserType === "no") {
    if (isSuspended(input, password)) return nothingToDo;
    // Some locks leave the type as it was when a code is set over another.
    if (slot.refusals > 0) return clearStep(slot);
    return slotStep(slot, { name: "setPinCode", userId, userStatus: "occupiedEnabled" }, order);
  }
  const operation = { name: "setUserType", userId, userType: "unrestricted" } as const;
  return { kind: "step", step: { kind: "enforce", operation, slot }, ...order };
}

/**
 * A window that is to open: a week between two of its stretches, or a one-off window that begins
 * within {@link preloadMs}. The code goes in now, disabled; the lock is told its schedule; the code is
 * enabled when the lock has shown that it keeps to it. So at no moment is a code live that nobody
 * guards, and the begin needs no radio and no gateway. A week then stays in the lock for good. While
 * the time is lost nothing is loaded, and what the lock keeps shut itself is left to it.
 * @returns null when the gateway has to wait for the begin, and to take out what is in there.
 */
export function preloadWork(
  input: PlanInput,
  password: PasswordRecord,
  slot: SlotRecord,
): Work | null {
  const { view, time } = input;
  const wanted = preloadSchedules(input, password);
  if (wanted === null || hasRefused(slot, wanted)) return null;
  const { content, userId } = slot;
  if (time.state === "lost") {
    const isLeft = isKeptShutByLock(view.lock, password, slot, momentOf(input));
    return isLeft && !isSuspended(input, password) ? nothingToDo : null;
  }
  // What it refuses to show or to give up is a matter for the revocation; what is kept shut is not.
  const isRefusing = slot.refusals >= refusalLimit && content.kind !== "empty";
  if (isRefusing && !isKeptShut(password, slot, wanted)) return null;
  const order = { rank: rank.preload, dueMs: password.window.beginMs ?? time.nowMs };
  switch (content.kind) {
    case "unknown":
      return slotStep(slot, readOperation(view, userId), { rank: rank.revokeRead, dueMs: 0 });
    case "empty":
      if (password.code === null || isSuspended(input, password)) return null;
      if (isEmptyProofOld(slot, time.nowMs))
        return slotStep(slot, readOperation(view, userId), order);
      return slotStep(slot, { name: "setPinCode", userId, userStatus: "occupiedDisabled" }, order);
    case "occupied": {
      if (isForeign(password, slot) || password.code === null) return null;
      if (isSuspended(input, password)) return null;
      // The code before this one.
      if (content.mark !== password.code.mark) return clearStep(slot);
      const isInForce = isEnforcedByLock(slot, wanted);
      const isEnabled = content.userStatus === "occupiedEnabled";
      if (isEnabled && !isInForce) {
        const disable: PlannedOperation = {
          name: "setUserStatus",
          userId,
          userStatus: "occupiedDisabled",
        };
        return slotStep(slot, disable, { rank: rank.revoke, dueMs: 0 });
      }
      if (slot.confidence === "unconfirmed" && !isUndecidable(slot)) {
        return slotStep(slot, readOperation(view, userId), order);
      }
      if (!isInForce) return programming(input, slot, wanted, order.dueMs);
      if (!isEnabled) {
        const enable = { name: "setUserStatus", userId, userStatus: "occupiedEnabled" } as const;
        return slotStep(slot, enable, order);
      }
      const effects = completion.preloaded(password, slot);
      return effects === null ? nothingToDo : recordStep(effects);
    }
  }
}

/**
 * The very code that is to open later, disabled or guarded by the lock. One that went in after refusals
 * is not taken for one that the lock will not give up: it would be cleared and set again without end.
 */
function isKeptShut({ code }: PasswordRecord, slot: SlotRecord, wanted: LockSchedules): boolean {
  const { content } = slot;
  if (content.kind !== "occupied" || code === null || content.mark !== code.mark) return false;
  return content.userStatus === "occupiedDisabled" || isEnforcedByLock(slot, wanted);
}

/** When what a lock is told of the window changes next, its stretches apart; null = with none but them. */
export function preloadAtMs({ view, time }: PlanInput, password: PasswordRecord): number | null {
  const { yearDaySchedulesPerUser, weekDaySchedulesPerUser } = view.lock.capabilities;
  if (yearDaySchedulesPerUser === 0 && weekDaySchedulesPerUser === 0) return null;
  const { beginMs, endMs, weekly } = password.window;
  const isWeekly = weekly !== null;
  const toldMs = beginMs === null ? null : beginMs - (isWeekly ? 0 : preloadMs);
  if (toldMs !== null && toldMs > time.nowMs) return toldMs;
  if (!isWeekly || endMs === null) return null;
  return endMs - weekAloneMs > time.nowMs ? endMs - weekAloneMs : null;
}

function preloadSchedules(input: PlanInput, password: PasswordRecord): LockSchedules | null {
  const { view, time, timeZone } = input;
  const { nowMs } = time;
  const { beginMs, weekly } = password.window;
  const isNear = beginMs !== null && nowMs < beginMs && beginMs - nowMs <= preloadMs;
  if (weekly === null && !isNear) return null;
  if (timeZone === undefined || password.isFrozen || isOver(password, nowMs)) return null;
  if (!canRead(view) || view.lock.capabilities.userStatus === "no") return null;
  const wanted = wantedSchedules(password, view.lock, momentOf(input));
  return wanted !== null && keepsTime(view.lock, timeZone, nowMs) ? wanted : null;
}

function momentOf({ time, timeZone }: PlanInput): ZonedMoment {
  return { timeZone, nowMs: time.nowMs };
}

function programming(
  { view }: PlanInput,
  slot: SlotRecord,
  wanted: LockSchedules,
  dueMs: number,
): Work {
  const { guard } = slot;
  const isUnderWay = guard.kind === "programming" && sameSchedules(guard.schedules, wanted);
  const stepsDone = isUnderWay ? guard.stepsDone : 0;
  const schedulesSent = isUnderWay ? slot.schedulesSent : leftoverSchedules(slot);
  const begun: SlotRecord = {
    ...slot,
    schedulesSent,
    guard: { kind: "programming", schedules: wanted, stepsDone },
  };
  const operation = enforcementSteps(wanted, begun, firstScheduleId(view.lock))[stepsDone];
  if (operation === undefined) return nothingToDo;
  const step = { kind: "enforce", operation, slot: begun } as const;
  return { kind: "step", step, rank: rank.enforcement, dueMs };
}

/** The lock's clock: written, or read back; and when it has to be doubted. */
export function clockWork({ view, time, timeZone }: PlanInput): Work {
  if (timeZone === undefined) return nothingToDo;
  const { operation, wakeAtMs } = clockDue(view.lock, time, timeZone);
  if (operation === null) {
    const doubtMs = clockRecheckMs(view.lock, timeZone, time.nowMs);
    const soonerMs = Math.min(wakeAtMs ?? doubtMs ?? 0, doubtMs ?? wakeAtMs ?? 0);
    return { kind: "none", wakeAtMs: soonerMs === 0 ? null : soonerMs };
  }
  return { kind: "step", step: { kind: "clock", operation }, rank: rank.clock, dueMs: 0 };
}

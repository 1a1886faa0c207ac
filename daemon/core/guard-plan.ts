import { clockDue } from "./lock-clock.ts";
import type { LockSchedules } from "./lock-schedules.ts";
import type { PasswordRecord } from "./password.ts";
import {
  canRead,
  isStrangers,
  nothingToDo,
  type PlanInput,
  type PlannedOperation,
  perform,
  rank,
  read,
  record,
  type Work,
} from "./plan-work.ts";
import { settle } from "./settle.ts";
import type { SlotRecord } from "./slot.ts";
import {
  type GuardMoment,
  guardSteps,
  isGuarded,
  isRefused,
  preloadMs,
  sameSchedules,
  scheduleCount,
  wantedGuard,
} from "./slot-guard.ts";
import { isOver } from "./target.ts";

/** The lock's own guard of a slot whose code is live now: what is left to tell the lock. */
export function guardWork(input: PlanInput, password: PasswordRecord, slot: SlotRecord): Work {
  const wanted = wantedGuard(password, input.view.lock, momentOf(input));
  if (wanted === null || isGuarded(slot, wanted) || isRefused(slot, wanted)) return nothingToDo;
  if (input.time.state === "lost") return nothingToDo;
  return programming(slot, wanted, password.window.endMs ?? Number.MAX_SAFE_INTEGER);
}

/**
 * A code that is to open now is still bound by schedules that are not its own any more (another
 * window, a lock whose clock has gone wrong): the lock is made to go by the gateway again.
 * @returns null when nothing binds it.
 */
export function relaxWork(
  input: PlanInput,
  password: PasswordRecord,
  slot: SlotRecord,
): Work | null {
  const { content, guard, userId } = slot;
  if (content.kind !== "occupied") return null;
  const isBound = content.userType === "yearDay" || content.userType === "weekDay";
  // What was sent and never answered may have arrived.
  if (!isBound && guard.kind !== "programming") return null;
  const wanted = wantedGuard(password, input.view.lock, momentOf(input));
  if (isGuarded(slot, wanted)) return null;
  const isUnderWay =
    wanted !== null && guard.kind === "programming" && sameSchedules(guard.schedules, wanted);
  if (isUnderWay) return null;
  if (input.time.state === "lost") return nothingToDo;
  const order = { rank: rank.grant, dueMs: password.window.endMs ?? Number.MAX_SAFE_INTEGER };
  if (input.view.lock.scheduling.setsUserType === "no") {
    return perform(slot, { name: "setPinCode", userId, userStatus: "occupiedEnabled" }, order);
  }
  const operation = { name: "setUserType", userId, userType: "unrestricted" } as const;
  return { kind: "step", step: { kind: "guard", operation, slot }, ...order };
}

/**
 * A one-off window that begins within {@link preloadMs}: the code goes in now, disabled; the lock is
 * told its schedule; the code is enabled when the lock has shown that it keeps to it. So at no moment
 * is a code live that nobody guards, and the begin needs no radio.
 * @returns null when the gateway has to wait for the begin.
 */
export function preloadWork(
  input: PlanInput,
  password: PasswordRecord,
  slot: SlotRecord,
): Work | null {
  const { view } = input;
  const wanted = preloadGuard(input, password);
  if (wanted === null || isRefused(slot, wanted)) return null;
  const { content, userId } = slot;
  const order = { rank: rank.preload, dueMs: password.window.beginMs ?? 0 };
  switch (content.kind) {
    case "unknown":
      return perform(slot, read(view, userId), { rank: rank.revokeRead, dueMs: 0 });
    case "empty":
      if (password.code === null) return null;
      return perform(slot, { name: "setPinCode", userId, userStatus: "occupiedDisabled" }, order);
    case "occupied": {
      // The next stretch of work is the revocation's: a stranger's code, or the one before.
      if (isStrangers(password, slot) || content.mark !== password.code?.mark) return null;
      const isInForce = isGuarded(slot, wanted);
      const isEnabled = content.userStatus === "occupiedEnabled";
      if (isEnabled && !isInForce) {
        const disable: PlannedOperation = {
          name: "setUserStatus",
          userId,
          userStatus: "occupiedDisabled",
        };
        return perform(slot, disable, { rank: rank.revoke, dueMs: 0 });
      }
      if (slot.confidence === "unconfirmed") return perform(slot, read(view, userId), order);
      if (!isInForce) return programming(slot, wanted, order.dueMs);
      if (!isEnabled) {
        const enable = { name: "setUserStatus", userId, userStatus: "occupiedEnabled" } as const;
        return perform(slot, enable, order);
      }
      const effects = settle.preloaded(password, slot);
      return effects === null ? nothingToDo : record(effects);
    }
  }
}

/** When the code may be put in ahead of its window; null = not before the begin. */
export function preloadAtMs(input: PlanInput, password: PasswordRecord): number | null {
  const { beginMs } = password.window;
  if (beginMs === null || wantedGuard(password, input.view.lock, momentOf(input)) === null) {
    return null;
  }
  return beginMs - preloadMs > input.time.nowMs ? beginMs - preloadMs : null;
}

function preloadGuard(input: PlanInput, password: PasswordRecord): LockSchedules | null {
  const { view, time } = input;
  const { beginMs } = password.window;
  if (beginMs === null || time.nowMs >= beginMs || beginMs - time.nowMs > preloadMs) return null;
  if (password.isFrozen || isOver(password, time.nowMs) || time.state === "lost") return null;
  if (!canRead(view) || view.lock.capabilities.userStatus === "no") return null;
  return wantedGuard(password, view.lock, momentOf(input));
}

function momentOf({ time, timeZone }: PlanInput): GuardMoment {
  return { timeZone, nowMs: time.nowMs };
}

function programming(slot: SlotRecord, wanted: LockSchedules, dueMs: number): Work {
  const { guard } = slot;
  const isUnderWay = guard.kind === "programming" && sameSchedules(guard.schedules, wanted);
  const stepsDone = isUnderWay ? guard.stepsDone : 0;
  const schedulesSent =
    guard.kind === "none" || isUnderWay
      ? slot.schedulesSent
      : Math.max(slot.schedulesSent, scheduleCount(guard.schedules));
  const operation = guardSteps(wanted, slot.userId, schedulesSent)[stepsDone];
  if (operation === undefined) return nothingToDo;
  const begun: SlotRecord = {
    ...slot,
    schedulesSent,
    guard: { kind: "programming", schedules: wanted, stepsDone },
  };
  const step = { kind: "guard", operation, slot: begun } as const;
  return { kind: "step", step, rank: rank.guard, dueMs };
}

/** The lock's clock: written, or read back. */
export function clockWork({ view, time, timeZone }: PlanInput): Work {
  if (timeZone === undefined) return nothingToDo;
  const { operation, wakeAtMs } = clockDue(view.lock, time, timeZone);
  if (operation === null) return { kind: "none", wakeAtMs };
  return { kind: "step", step: { kind: "clock", operation }, rank: rank.clock, dueMs: 0 };
}

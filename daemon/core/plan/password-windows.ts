import type { TimeReading } from "../model/clock.ts";
import type { LockView } from "../model/lock.ts";
import { administratorId, type PasswordId, type PasswordRecord } from "../model/password.ts";
import { nextIntervals } from "../time/window.ts";
import { overdueRevocations } from "./overdue.ts";
import { isSuspended, type PlanInput } from "./plan-work.ts";
import { slotOf } from "./slot-of.ts";
import { isBoundByOthers } from "./table/slot-conditions.ts";
import { SlotSituation } from "./table/slot-situation.ts";

/**
 * What a code does at the lock. `open`: it opens, and may. `waiting`: it may open, and the lock does not have it.
 * `overstay`: it may not open any more, and the lock may still have it.
 */
export type CodeState = "open" | "waiting" | "overstay";

/** A time in which a code is in one state: [fromMs, toMs). */
export interface CodePeriod {
  readonly passwordId: PasswordId;
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: CodeState;
}

/** A lock and everything that its planner knows at a moment. */
export interface LockMoment {
  readonly view: LockView;
  readonly time: TimeReading;
  readonly known: Pick<PlanInput, "timeZone" | "suspendedThroughMs">;
}

/** A stretch of time: [fromMs, toMs). */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A weekly schedule has at most one interval a day; a range may be 45 days long. */
const intervalLimit = 100;
/** What has not ended at this moment is shown to last for another second. */
const secondMs = 1000;

/**
 * Returns what each code of a lock does within `range`, by password and time. Future times follow from the windows, as
 * the planner will enforce them. Past times follow from what is stored: the window as it is now, since it is so.
 */
export function codePeriods(moment: LockMoment, range: Range): readonly CodePeriod[] {
  const input: PlanInput = {
    view: moment.view,
    time: moment.time,
    blockedUntilMs: null,
    ...moment.known,
  };
  const overdue = new Map(
    overdueRevocations(moment.view, moment.time.nowMs, moment.known).map((one) => [
      one.passwordId,
      one.sinceMs,
    ]),
  );
  return moment.view.passwords.flatMap((password) => {
    const periods = [...entitledPeriods(input, password, range)];
    const sinceMs = overdue.get(password.id);
    if (sinceMs !== undefined) periods.push(overstay(password, sinceMs, moment.time.nowMs));
    return periods.flatMap((period) => clipped(period, range));
  });
}

function overstay({ id }: PasswordRecord, fromMs: number, nowMs: number): CodePeriod {
  return { passwordId: id, fromMs, toMs: nowMs + secondMs, state: "overstay" };
}

function clipped(period: CodePeriod, range: Range): readonly CodePeriod[] {
  const fromMs = Math.max(period.fromMs, range.fromMs);
  const toMs = Math.min(period.toMs, range.toMs);
  return fromMs < toMs ? [{ ...period, fromMs, toMs }] : [];
}

/** Yields when the code may open, and whether the lock has it then. */
function* entitledPeriods(
  input: PlanInput,
  password: PasswordRecord,
  range: Range,
): Generator<CodePeriod> {
  const { nowMs } = input.time;
  const life = lifeOf(password, nowMs);
  if (life.toMs <= Math.max(life.fromMs, range.fromMs)) return;
  const isAtLock = hasCode(input, password);
  const isStuck = !isAtLock && isKeptOut(input, password);
  for (const interval of intervalsOf(password, Math.max(life.fromMs, range.fromMs))) {
    if (interval.fromMs >= range.toMs) return;
    const fromMs = Math.max(interval.fromMs, life.fromMs);
    const toMs = Math.min(interval.toMs, life.toMs);
    if (fromMs >= toMs) continue;
    const isNow = fromMs <= nowMs && nowMs < toMs;
    const isOpen = isNow ? isAtLock : !(fromMs > nowMs ? isStuck : neverArrived(password));
    yield { passwordId: password.id, fromMs, toMs, state: isOpen ? "open" : "waiting" };
  }
}

function intervalsOf({ id, window }: PasswordRecord, fromMs: number): readonly Range[] {
  const wanted = id === administratorId ? { beginMs: null, endMs: null, weekly: null } : window;
  return nextIntervals(wanted, fromMs, intervalLimit).map(({ beginMs, endMs }) => ({
    fromMs: beginMs ?? Number.NEGATIVE_INFINITY,
    toMs: endMs ?? Number.POSITIVE_INFINITY,
  }));
}

/**
 * Returns the time in which the password is known to be wanted as it is now. An update may have changed its window: what
 * was before is not known. A freeze and a deletion leave the window as it was. What is recorded has happened, even if
 * the time is behind the records.
 */
function lifeOf(password: PasswordRecord, nowMs: number): Range {
  const { operation, createdAtMs, changedAtMs, consumedAtMs, isFrozen, isDeleted } = password;
  const isChanged = operation === "update" || operation === "unfreeze";
  const revokedMs = isFrozen || isDeleted ? changedAtMs : Number.POSITIVE_INFINITY;
  const overMs = Math.min(revokedMs, consumedAtMs ?? Number.POSITIVE_INFINITY);
  return {
    fromMs: Math.min(isChanged ? changedAtMs : createdAtMs, nowMs),
    toMs: Number.isFinite(overMs) ? Math.min(overMs, nowMs) : overMs,
  };
}

/** Says whether the lock has the code, enabled, and no other window's schedules bind it. */
function hasCode(input: PlanInput, password: PasswordRecord): boolean {
  if (password.userId === null) return false;
  const situation = new SlotSituation(input, password, slotOf(input.view, password.userId));
  switch (situation.holding) {
    case "enabled":
      return !isBoundByOthers.holds(situation);
    case "unknown":
      // The lock had it, and nothing has shown that it is gone.
      return password.operationStage === "done";
    case "empty":
    case "disabled":
    case "foreign":
    case "random":
    case "other":
      return false;
  }
}

/** Says whether nothing will bring the code to the lock by itself. */
function isKeptOut(input: PlanInput, password: PasswordRecord): boolean {
  return password.operationStage === "failed" || isSuspended(input, password);
}

/** Says whether the lock has never had the code since the password is as it is now. */
function neverArrived(password: PasswordRecord): boolean {
  return password.operationStage === "failed" && password.failure !== "lost";
}

import type { Capabilities } from "../model/door-lock.ts";
import type { EventName } from "../model/journal.ts";
import type { LockRecord } from "../model/lock.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What the battery policy remembers of a lock; kept, so that a restart tells nothing twice. */
export type BatteryState = Pick<LockRecord, "batteryStep" | "batteryToldAtMs" | "batteryLowAtMs">;

/** What the wrong code policy remembers of a lock. */
export type WrongCodeState = Pick<LockRecord, "wrongCodes" | "wrongCodeAtMs">;

/** A policy's answer: what to keep, and what to tell. */
export interface PolicyStep<State, Told extends EventName> {
  readonly state: State;
  readonly events: readonly Told[];
}

export type BatteryStep = PolicyStep<BatteryState, "batteryAlarm" | "clearBattryAlarm">;
export type WrongCodeStep = PolicyStep<WrongCodeState, "wrongPwdAlarm">;

/** A rise to at most this may be a value that wavers at the limit of 10 %. */
const waverTopPercent = 12;
/** A rise within the wavering range clears the alarm only if no low value came for this long. */
const steadyMs = 30 * minuteMs;
/** How often the time of the last low value is kept: not with every report of a lock that talks. */
const lowSeenEveryMs = 10 * minuteMs;

/** Three in a row (V1.6 section 9). */
const wrongCodesPerAlarm = 3;

/** A pause as long as this between two wrong codes ends the row. */
export const wrongCodePauseMs = 10 * minuteMs;

/** Without agreed reports and check-ins: most locks say something within an hour. */
export const defaultOfflineAfterMs = 70 * minuteMs;
const shortestOfflineAfterMs = 10 * minuteMs;
const longestOfflineAfterMs = 25 * hourMs;

/**
 * The power policy of V1.6 section 9, for each battery percentage heard: `batteryAlarm` once on
 * falling to 10 %, once at 7 %, once in 24 h below 5 %; `clearBattryAlarm` once on rising above 10 %.
 * A fall past several steps is one alarm. A step told is not told again before the clear, so a
 * battery that wavers between 6 and 8 % is told once. A battery that wavers between 10 and 11 % is told
 * once as well: 11 and 12 % clear the alarm only when no low value came for 20 to 30 min. Call it with
 * the last known percentage as well when a day has passed without a new one.
 * @param percent 0 … 100; not a number (a lock that does not know) changes nothing
 */
export function batteryStep(state: BatteryState, percent: number, nowMs: number): BatteryStep {
  if (!Number.isFinite(percent)) return { state, events: [] };
  if (percent > 10) return batteryRise(state, percent, nowMs);
  const step = stepOf(percent);
  const isLower = state.batteryStep === null || step < state.batteryStep;
  if (!isLower && !(step === 5 && isDayOld(state.batteryToldAtMs, nowMs))) {
    const isSeen = isWithin(state.batteryLowAtMs, nowMs, lowSeenEveryMs);
    return { state: isSeen ? state : { ...state, batteryLowAtMs: nowMs }, events: [] };
  }
  const low: BatteryState = { batteryStep: step, batteryToldAtMs: nowMs, batteryLowAtMs: nowMs };
  return { state: low, events: ["batteryAlarm"] };
}

function batteryRise(state: BatteryState, percent: number, nowMs: number): BatteryStep {
  if (state.batteryStep === null) return { state, events: [] };
  const mayWaver = percent <= waverTopPercent && isWithin(state.batteryLowAtMs, nowMs, steadyMs);
  if (mayWaver) return { state, events: [] };
  const clear: BatteryState = { batteryStep: null, batteryToldAtMs: null, batteryLowAtMs: null };
  return { state: clear, events: ["clearBattryAlarm"] };
}

/** Was it less than `spanMs` ago? A time in the future, after the clock was set back, was long ago. */
function isWithin(atMs: number | null | undefined, nowMs: number, spanMs: number): boolean {
  return atMs !== null && atMs !== undefined && nowMs >= atMs && nowMs - atMs < spanMs;
}

/** The step a low percentage is on; 5 stands for below 5 %. */
function stepOf(percent: number): 10 | 7 | 5 {
  if (percent < 5) return 5;
  return percent <= 7 ? 7 : 10;
}

function isDayOld(atMs: number | null, nowMs: number): boolean {
  return atMs === null || nowMs - atMs >= dayMs;
}

/**
 * A wrong code was typed. Every third in a row is one `wrongPwdAlarm` (V1.6 section 9). The row ends
 * with an opening ({@link wrongCodesAfterOpening}) or a pause of more than 10 min between two of them: a
 * tenant's slips on different days are no attack.
 */
export function countWrongCode(state: WrongCodeState, nowMs: number): WrongCodeStep {
  const wrongCodes = rowLength(state, nowMs) + 1;
  return {
    state: { wrongCodes, wrongCodeAtMs: nowMs },
    events: wrongCodes % wrongCodesPerAlarm === 0 ? ["wrongPwdAlarm"] : [],
  };
}

/**
 * The lock's own alarm (Alarms cluster, code 4): its wrongCodeEntryLimit was reached. One
 * `wrongPwdAlarm`, unless the same row was told already. It counts as three, so that the operation
 * events of the same tries do not tell it again.
 */
export function countWrongCodeLimit(state: WrongCodeState, nowMs: number): WrongCodeStep {
  // The row stays as old as it is: a lock that only ever sends this alarm is heard again in 10 min.
  if (rowLength(state, nowMs) >= wrongCodesPerAlarm) return { state, events: [] };
  return {
    state: { wrongCodes: wrongCodesPerAlarm, wrongCodeAtMs: nowMs },
    events: ["wrongPwdAlarm"],
  };
}

/** A code opened the lock: the row is over. */
export function wrongCodesAfterOpening(state: WrongCodeState): WrongCodeState {
  if (state.wrongCodes === 0 && state.wrongCodeAtMs === null) return state;
  return { wrongCodes: 0, wrongCodeAtMs: null };
}

function rowLength(state: WrongCodeState, nowMs: number): number {
  const isOver = state.wrongCodeAtMs === null || nowMs - state.wrongCodeAtMs > wrongCodePauseMs;
  return isOver ? 0 : state.wrongCodes;
}

/**
 * How long a lock may be silent before it counts as offline, ms: three of its reports or two of its
 * check-ins, whichever is longer, between 10 min and 25 h; 70 min when neither was agreed.
 */
export function offlineAfterMs(capabilities: Pick<Capabilities, "reportMs" | "checkInMs">): number {
  const { reportMs, checkInMs } = capabilities;
  if (reportMs === null && checkInMs === null) return defaultOfflineAfterMs;
  const agreedMs = Math.max(3 * (reportMs ?? 0), 2 * (checkInMs ?? 0));
  return Math.min(Math.max(agreedMs, shortestOfflineAfterMs), longestOfflineAfterMs);
}

/**
 * Is the silence long enough for `lockOfflineAlarm`? Never for a lock that was never reached
 * (`heardAtMs` null): it cannot have gone. Both times in ms of one clock.
 */
export function isSilentTooLong(
  heardAtMs: number | null,
  capabilities: Pick<Capabilities, "reportMs" | "checkInMs">,
  nowMs: number,
): boolean {
  return heardAtMs !== null && nowMs - heardAtMs >= offlineAfterMs(capabilities);
}

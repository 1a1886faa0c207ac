import type { Capabilities } from "../model/door-lock.ts";
import type { EventName } from "../model/journal.ts";
import type { LockRecord } from "../model/lock.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What the battery policy remembers of a lock. It is stored, so that a restart publishes nothing twice. */
export type BatteryState = Pick<LockRecord, "batteryStep" | "batteryToldAtMs" | "batteryLowAtMs">;

/** What the wrong code policy remembers of a lock. */
export type WrongCodeState = Pick<LockRecord, "wrongCodes" | "wrongCodeAtMs">;

/** The result of a policy: the new state, and the events to publish. */
export interface PolicyStep<State, Event extends EventName> {
  readonly state: State;
  readonly events: readonly Event[];
}

export type BatteryStep = PolicyStep<BatteryState, "batteryAlarm" | "clearBattryAlarm">;
export type WrongCodeStep = PolicyStep<WrongCodeState, "wrongPwdAlarm">;

/** A rise to at most this percentage may be a value that wavers around 10 %. */
const waverTopPercent = 12;
/** A rise within that range clears the alarm only if there was no low value for this long. */
const steadyMs = 30 * minuteMs;
/** The time of the last low value is stored at most this often, because some locks report all the time. */
const lowSeenEveryMs = 10 * minuteMs;

/** Every third consecutive wrong code raises the alarm (V1.6 section 9). */
export const wrongCodesPerAlarm = 3;

/** A longer pause between two wrong codes ends the series. */
export const wrongCodePauseMs = 10 * minuteMs;

/** For a lock without configured reports and check-ins: most locks send something within an hour. */
export const defaultOfflineAfterMs = 70 * minuteMs;
const shortestOfflineAfterMs = 10 * minuteMs;
const longestOfflineAfterMs = 25 * hourMs;

/**
 * Applies the battery policy of V1.6 section 9 to a percentage: `batteryAlarm` once at 10 %, once at 7 %, and
 * once in 24 h below 5 %; `clearBattryAlarm` once above 10 %. A fall past several steps is one alarm. A step is
 * published once before the clear, so a battery that wavers between 6 and 8 % raises one alarm. So does one that
 * wavers around 10 %: 11 and 12 % clear the alarm only after 20 to 30 min without a low value.
 * Call it also with the last known percentage after a day without a new one.
 * @param percent 0 … 100; NaN (the lock does not know) changes nothing
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

/**
 * Returns whether `atMs` is less than `spanMs` ago. A time in the future (the clock was set back) counts as long
 * ago.
 */
function isWithin(atMs: number | null | undefined, nowMs: number, spanMs: number): boolean {
  return atMs !== null && atMs !== undefined && nowMs >= atMs && nowMs - atMs < spanMs;
}

/** Returns the step of a low percentage; 5 means below 5 %. */
function stepOf(percent: number): 10 | 7 | 5 {
  if (percent < 5) return 5;
  return percent <= 7 ? 7 : 10;
}

function isDayOld(atMs: number | null, nowMs: number): boolean {
  return atMs === null || nowMs - atMs >= dayMs;
}

/**
 * Counts a wrong code. Every third in a series raises one `wrongPwdAlarm` (V1.6 section 9). The series ends
 * with an opening ({@link wrongCodesAfterOpening}) or a pause of more than 10 min between two of them: a
 * tenant's typing errors on different days are no attack.
 */
export function countWrongCode(state: WrongCodeState, nowMs: number): WrongCodeStep {
  const wrongCodes = rowLength(state, nowMs) + 1;
  return {
    state: { wrongCodes, wrongCodeAtMs: nowMs },
    events: wrongCodes % wrongCodesPerAlarm === 0 ? ["wrongPwdAlarm"] : [],
  };
}

/**
 * Counts the lock's own alarm (Alarms cluster, code 4): its wrongCodeEntryLimit was reached. It raises one
 * `wrongPwdAlarm`, unless the same series has raised one already. It counts as three wrong codes, so that the
 * operation events of the same tries do not raise it again.
 */
export function countWrongCodeLimit(state: WrongCodeState, nowMs: number): WrongCodeStep {
  // Keep the age of the series: a lock that sends only this alarm can raise it again after 10 min.
  if (rowLength(state, nowMs) >= wrongCodesPerAlarm) return { state, events: [] };
  return {
    state: { wrongCodes: wrongCodesPerAlarm, wrongCodeAtMs: nowMs },
    events: ["wrongPwdAlarm"],
  };
}

/** Returns the state after a code opened the lock, which ends the series. */
export function wrongCodesAfterOpening(state: WrongCodeState): WrongCodeState {
  if (state.wrongCodes === 0 && state.wrongCodeAtMs === null) return state;
  return { wrongCodes: 0, wrongCodeAtMs: null };
}

function rowLength(state: WrongCodeState, nowMs: number): number {
  const isOver = state.wrongCodeAtMs === null || nowMs - state.wrongCodeAtMs > wrongCodePauseMs;
  return isOver ? 0 : state.wrongCodes;
}

/**
 * Returns how long a lock may be silent before it counts as offline, ms: three of its report intervals or two
 * of its check-in intervals, whichever is longer, between 10 min and 25 h; 70 min if it has neither.
 */
export function offlineAfterMs(capabilities: Pick<Capabilities, "reportMs" | "checkInMs">): number {
  const { reportMs, checkInMs } = capabilities;
  if (reportMs === null && checkInMs === null) return defaultOfflineAfterMs;
  const agreedMs = Math.max(3 * (reportMs ?? 0), 2 * (checkInMs ?? 0));
  return Math.min(Math.max(agreedMs, shortestOfflineAfterMs), longestOfflineAfterMs);
}

/**
 * Returns whether the silence is long enough for `lockOfflineAlarm`. It never is for a lock that was never
 * reached (`heardAtMs` null). Both times are in ms of the same clock.
 */
export function isSilentTooLong(
  heardAtMs: number | null,
  capabilities: Pick<Capabilities, "reportMs" | "checkInMs">,
  nowMs: number,
): boolean {
  return heardAtMs !== null && nowMs - heardAtMs >= offlineAfterMs(capabilities);
}

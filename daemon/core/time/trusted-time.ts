import type { ClockState, TimeReading } from "../model/clock.ts";
import type { Allowance } from "./time-allowance.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A believed report keeps the time `synced` for this long. */
export const syncedForMs = dayMs;

/** Limit of how far one source alone moves the running time forward in 24 hours, and of each step. */
export const longestStepMs = 10 * minuteMs;

/** After a power cut of unknown length, one source alone is believed up to this far ahead. */
export const longestLeapMs = dayMs;

/** Two sources agree if they are at most this far apart. */
export const agreementMs = minuteMs;

/** A report is compared with the other source's reports for this long. */
const freshForMs = hourMs;

/** No time later than the build time plus this is believed, whoever reports it: 20 years. */
export const believableMs = 20 * 365.25 * dayMs;

/** After a leap of more than a day no record is removed for its age for this long: 7 days of running time. */
const settlingMs = 7 * dayMs;

/** A change of the time by at least this is persisted at once. */
const persistStepMs = minuteMs;

/** Where the time can come from. */
export type TimeSource = "ntp" | "cloud";

/** One report of a source: the time was `unixMs` when the monotonic clock read `monotonicMs`. */
export interface TimeObservation {
  readonly source: TimeSource;
  readonly unixMs: number;
  readonly monotonicMs: number;
  /** The cloud answered a question that latchd sent on this connection; absent = it did not. */
  readonly isAnswer?: boolean;
}

/** Whether a report was believed, or why not. */
export type TimeVerdict =
  | "believed"
  /** Too far ahead of the running time for one source alone. */
  | "ahead"
  /** One source alone has already moved the time as far as it may in a day. */
  | "spent"
  /** More than a day ahead of the last known time, after a start: a second source is needed. */
  | "leap"
  /** Behind the known time. */
  | "behind"
  /** NTP reports another time. */
  | "contradicted"
  /** While the time is lost the cloud is believed only if it answers a question. */
  | "unanswered"
  /** Later than {@link believableMs} allows. */
  | "beyond";

/** The newest report of a source. */
export interface SourceReport extends TimeObservation {
  /** Since when the source has said the same, monotonic ms. */
  readonly sinceMs: number;
  readonly verdict: TimeVerdict;
}

/** A trusted time and its moment. The time now is this time plus the monotonic time since. */
interface Anchor {
  readonly unixMs: number;
  readonly monotonicMs: number;
}

/** The trusted time as a value. Only `withSourceReport` and the functions of this file make new ones. */
export interface TrustedTime {
  readonly anchor: Anchor;
  /** How far the cloud alone has moved the time. NTP can take it back. */
  readonly cloudLeadMs: number;
  /** NTP, two sources or a person have set the time since the power came on. */
  readonly isFirm: boolean;
  /** Monotonic time of the last believed report; null = the time is lost. */
  readonly syncedAtMs: number | null;
  /** How far the first report after the start may leap; 0 = the running time is known. */
  readonly leapLimitMs: number;
  readonly reports: readonly SourceReport[];
  readonly allowance: Allowance;
  /** Running time of the gateway over all starts: `ranMs` when the monotonic clock read `startedAtMs`. */
  readonly ranMs: number;
  readonly startedAtMs: number;
  /** Running time of the last leap of more than a day; null = none. */
  readonly leaptAtRanMs: number | null;
  /** The time before a setback whose effects are not applied yet; null = there is none. */
  readonly setBackFromMs: number | null;
  readonly buildMs: number;
  /** Counts the changes of the time that must be persisted at once. */
  readonly moves: number;
  /** The mark on disk; null = none since the start. */
  readonly persisted: {
    readonly monotonicMs: number;
    readonly state: ClockState;
    readonly moves: number;
  } | null;
}

/** A source in the form that a technician sees. */
export interface SourceReading {
  readonly source: TimeSource;
  /** How far the source is ahead of the trusted time (negative: behind), ms. */
  readonly aheadMs: number;
  readonly ageMs: number;
  readonly verdict: TimeVerdict;
}

/** The time, with what a technician must know about it. */
export interface TrustedReading extends TimeReading {
  /** A source that is not believed, and how much later its time is, ms (negative: earlier); null = none. */
  readonly clockDoubt: { readonly source: TimeSource; readonly aheadMs: number } | null;
}

/**
 * Returns the trusted time after a person on site set it.
 * @returns null if it is before the build time or too late to be believed.
 */
export function setByPerson(
  time: TrustedTime,
  chosen: { readonly unixMs: number; readonly monotonicMs: number },
): TrustedTime | null {
  const { unixMs } = chosen;
  if (!(unixMs >= time.buildMs && unixMs <= time.buildMs + believableMs)) return null;
  return timeAdopted(time, chosen, unixMs);
}

/** Returns the trusted time after NTP, two sources or a person set it to `unixMs`. */
export function timeAdopted(
  time: TrustedTime,
  { monotonicMs }: { readonly monotonicMs: number },
  unixMs: number,
): TrustedTime {
  const nowMs = timeAt(time, monotonicMs);
  const isFirst = time.leapLimitMs === Number.POSITIVE_INFINITY && time.syncedAtMs === null;
  const isLeap = unixMs - nowMs > longestLeapMs && !isFirst;
  const isBack = unixMs < nowMs;
  return {
    ...time,
    anchor: { unixMs, monotonicMs },
    cloudLeadMs: 0,
    isFirm: true,
    syncedAtMs: monotonicMs,
    leaptAtRanMs: isLeap ? runningMsAt(time, monotonicMs) : time.leaptAtRanMs,
    setBackFromMs: isBack ? Math.max(nowMs, time.setBackFromMs ?? nowMs) : time.setBackFromMs,
    moves: Math.abs(unixMs - nowMs) >= persistStepMs || isBack ? time.moves + 1 : time.moves,
  };
}

/** Returns the trusted time after the effects of its setback are applied. */
export function setBackDone(time: TrustedTime): TrustedTime {
  return { ...time, setBackFromMs: null, moves: time.moves + 1 };
}

/** Returns the time that the source would report at `monotonicMs`. */
export function reportedMsAt(report: TimeObservation, monotonicMs: number): number {
  return report.unixMs + (monotonicMs - report.monotonicMs);
}

/** Returns whether two reports mean the same time. */
export function agree(one: TimeObservation, other: TimeObservation): boolean {
  return Math.abs(reportedMsAt(one, other.monotonicMs) - other.unixMs) <= agreementMs;
}

/** Returns whether the report is new enough for a comparison with another one. */
export function isFresh(report: TimeObservation, monotonicMs: number): boolean {
  return monotonicMs - report.monotonicMs <= freshForMs;
}

/** Returns the trusted time, with fractions of a ms. */
export function timeAt(time: TrustedTime, monotonicMs: number): number {
  return time.anchor.unixMs + Math.max(0, monotonicMs - time.anchor.monotonicMs);
}

/** Returns the gateway's running time over all starts, ms. */
export function runningMsAt(time: TrustedTime, monotonicMs: number): number {
  return time.ranMs + Math.max(0, monotonicMs - time.startedAtMs);
}

/** Returns how far the time can be trusted. */
export function stateAt(time: TrustedTime, monotonicMs: number): ClockState {
  if (time.syncedAtMs === null) return "lost";
  return monotonicMs - time.syncedAtMs < syncedForMs ? "synced" : "holding";
}

/**
 * Returns the time at a moment of the monotonic clock. Only `withSourceReport` and {@link setByPerson} can set it
 * back.
 */
export function readTime(time: TrustedTime, monotonicMs: number): TrustedReading {
  // Monotonic clocks count in fractions of a ms; records and windows do not.
  const nowMs = Math.floor(timeAt(time, monotonicMs));
  const doubt = time.reports.findLast(
    (report) =>
      report.verdict !== "believed" &&
      isFresh(report, monotonicMs) &&
      Math.abs(reportedMsAt(report, monotonicMs) - nowMs) > agreementMs,
  );
  const { leaptAtRanMs } = time;
  const isSettling =
    leaptAtRanMs !== null && runningMsAt(time, monotonicMs) - leaptAtRanMs < settlingMs;
  return {
    nowMs,
    state: stateAt(time, monotonicMs),
    ...(isSettling ? { isSettling } : {}),
    clockDoubt:
      doubt === undefined
        ? null
        : { source: doubt.source, aheadMs: Math.round(reportedMsAt(doubt, monotonicMs) - nowMs) },
  };
}

/** Returns each source's newest report, and whether it was believed. */
export function readSources(time: TrustedTime, monotonicMs: number): readonly SourceReading[] {
  const nowMs = timeAt(time, monotonicMs);
  return time.reports.map((report) => ({
    source: report.source,
    aheadMs: Math.round(reportedMsAt(report, monotonicMs) - nowMs),
    ageMs: Math.round(monotonicMs - report.monotonicMs),
    verdict: report.verdict,
  }));
}

/**
 * Returns whether an answer of the cloud would help now: the time is lost or old, or a source reports another
 * time. A report that is minutes behind is believed and moves nothing, and the cloud's agreement can set the time back.
 */
export function wantsCloudTime(time: TrustedTime, monotonicMs: number): boolean {
  if (stateAt(time, monotonicMs) !== "synced") return true;
  const nowMs = timeAt(time, monotonicMs);
  return time.reports.some(
    (report) =>
      isFresh(report, monotonicMs) &&
      Math.abs(reportedMsAt(report, monotonicMs) - nowMs) > agreementMs,
  );
}

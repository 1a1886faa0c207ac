import type { ClockState, TimeReading } from "../model/clock.ts";
import type { Allowance } from "./time-allowance.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A source's word keeps the time `synced` for so long. */
export const syncedForMs = dayMs;

/** One source alone moves the running time forward by at most this in 24 hours, in steps no longer than this. */
export const longestStepMs = 10 * minuteMs;

/** After a power cut of unknown length one source alone is believed up to this far ahead. */
export const longestLeapMs = dayMs;

/** Two sources agree when they are no further apart. */
export const agreementMs = minuteMs;

/** A word is compared with the other source's for so long. */
const freshForMs = hourMs;

/** Nothing later than the build time plus this is believed, whoever says it: 20 years. */
export const believableMs = 20 * 365.25 * dayMs;

/** After a leap of more than a day records are not removed for their age, for so long: 7 days of running time. */
const settlingMs = 7 * dayMs;

/** A change of the time by more than this is persisted at once. */
const persistStepMs = minuteMs;

/** Who can tell the time. */
export type TimeSource = "ntp" | "cloud";

/** One source's word: it was `unixMs` when the monotonic clock stood at `monotonicMs`. */
export interface TimeObservation {
  readonly source: TimeSource;
  readonly unixMs: number;
  readonly monotonicMs: number;
  /** The cloud answered a question that was asked on this connection just now; absent = it did not. */
  readonly isAnswer?: boolean;
}

/** What became of a source's word. */
export type TimeVerdict =
  | "believed"
  /** Too far ahead of the running time for one source alone. */
  | "ahead"
  /** One source alone has moved the time as far as it may in a day. */
  | "spent"
  /** More than a day ahead of the last known time, after a start: a second source is needed. */
  | "leap"
  /** Behind what is known. */
  | "behind"
  /** NTP says otherwise. */
  | "contradicted"
  /** While the time is lost the cloud is believed only when it answers a question. */
  | "unanswered"
  /** Later than anything that is believed. */
  | "beyond";

/** A source's newest word. */
export interface SourceReport extends TimeObservation {
  /** Since when the source has said the same, monotonic ms. */
  readonly sinceMs: number;
  readonly verdict: TimeVerdict;
}

/** A trusted time and when it was: the time now is that plus the monotonic time since. */
interface Anchor {
  readonly unixMs: number;
  readonly monotonicMs: number;
}

/** Trusted time: a value, changed only by `observe` and by the functions of this file. */
export interface TrustedTime {
  readonly anchor: Anchor;
  /** So much of the time rests on the cloud's word alone: NTP takes it back. */
  readonly cloudLeadMs: number;
  /** Since the power came on, NTP, two sources or a person have told the time. */
  readonly isFirm: boolean;
  /** Monotonic time of the last word that was believed; null = lost. */
  readonly syncedAtMs: number | null;
  /** How far the first word after the start may leap; 0 = the running time is known. */
  readonly leapLimitMs: number;
  readonly reports: readonly SourceReport[];
  readonly allowance: Allowance;
  /** Running time of the gateway over all starts: `ranMs` when the monotonic clock stood at `startedAtMs`. */
  readonly ranMs: number;
  readonly startedAtMs: number;
  /** Running time of the last leap of more than a day; null = none. */
  readonly leaptAtRanMs: number | null;
  /** The time was set back from there, and what had been ended on it is not restored yet; null = no. */
  readonly setBackFromMs: number | null;
  readonly buildMs: number;
  /** Counts the moves of the time that are to be persisted at once. */
  readonly moves: number;
  /** What is on disk; null = nothing since the start. */
  readonly persisted: {
    readonly monotonicMs: number;
    readonly state: ClockState;
    readonly moves: number;
  } | null;
}

/** A source as a technician sees it. */
export interface SourceReading {
  readonly source: TimeSource;
  /** How far the source is ahead of the trusted time (negative: behind), ms. */
  readonly aheadMs: number;
  readonly ageMs: number;
  readonly verdict: TimeVerdict;
}

/** The time with what the technician wants to see of it. */
export interface TrustedReading extends TimeReading {
  /** A source says that it is so much later (negative: earlier), ms, and is not believed; null = none. */
  readonly clockDoubt: { readonly source: TimeSource; readonly aheadMs: number } | null;
}

/**
 * A person on site says what time it is.
 * @returns null when it is before the build time or later than anything that is believed.
 */
export function setByPerson(
  time: TrustedTime,
  said: { readonly unixMs: number; readonly monotonicMs: number },
): TrustedTime | null {
  const { unixMs } = said;
  if (!(unixMs >= time.buildMs && unixMs <= time.buildMs + believableMs)) return null;
  return timeAdopted(time, said, unixMs);
}

/** The time is now `unixMs`, on the word of NTP, of two sources or of a person. */
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

/** What had been ended on the time that was disowned is restored. */
export function setBackDone(time: TrustedTime): TrustedTime {
  return { ...time, setBackFromMs: null, moves: time.moves + 1 };
}

/** What the source would say now. */
export function reportedMsAt(word: TimeObservation, monotonicMs: number): number {
  return word.unixMs + (monotonicMs - word.monotonicMs);
}

/** Do two words mean the same time? */
export function agree(one: TimeObservation, other: TimeObservation): boolean {
  return Math.abs(reportedMsAt(one, other.monotonicMs) - other.unixMs) <= agreementMs;
}

/** Is the word young enough to be compared with another one? */
export function isFresh(word: TimeObservation, monotonicMs: number): boolean {
  return monotonicMs - word.monotonicMs <= freshForMs;
}

/** The trusted time, with fractions of a ms. */
export function timeAt(time: TrustedTime, monotonicMs: number): number {
  return time.anchor.unixMs + Math.max(0, monotonicMs - time.anchor.monotonicMs);
}

/** The gateway's running time over all starts, ms. */
export function runningMsAt(time: TrustedTime, monotonicMs: number): number {
  return time.ranMs + Math.max(0, monotonicMs - time.startedAtMs);
}

/** How far the time is to be trusted. */
export function stateAt(time: TrustedTime, monotonicMs: number): ClockState {
  if (time.syncedAtMs === null) return "lost";
  return monotonicMs - time.syncedAtMs < syncedForMs ? "synced" : "holding";
}

/** The time at a moment of the monotonic clock. It goes back only as `observe` and {@link setByPerson} say. */
export function readTime(time: TrustedTime, monotonicMs: number): TrustedReading {
  // Whole: monotonic clocks count in fractions, records and windows do not.
  const nowMs = Math.floor(timeAt(time, monotonicMs));
  const doubt = time.reports.findLast(
    (word) =>
      word.verdict !== "believed" &&
      isFresh(word, monotonicMs) &&
      Math.abs(reportedMsAt(word, monotonicMs) - nowMs) > agreementMs,
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

/** Each source's newest word, and what became of it. */
export function readSources(time: TrustedTime, monotonicMs: number): readonly SourceReading[] {
  const nowMs = timeAt(time, monotonicMs);
  return time.reports.map((word) => ({
    source: word.source,
    aheadMs: Math.round(reportedMsAt(word, monotonicMs) - nowMs),
    ageMs: Math.round(monotonicMs - word.monotonicMs),
    verdict: word.verdict,
  }));
}

/**
 * Would an answer of the cloud help now: the time is not known or old, or a source says another one? A word
 * that is minutes behind is believed and moves nothing; the cloud, if it says the same, sets the time back.
 */
export function wantsCloudTime(time: TrustedTime, monotonicMs: number): boolean {
  if (stateAt(time, monotonicMs) !== "synced") return true;
  const nowMs = timeAt(time, monotonicMs);
  return time.reports.some(
    (word) =>
      isFresh(word, monotonicMs) && Math.abs(reportedMsAt(word, monotonicMs) - nowMs) > agreementMs,
  );
}

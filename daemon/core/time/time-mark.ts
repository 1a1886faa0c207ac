import type { Allowance } from "./time-allowance.ts";
import {
  believableMs,
  longestLeapMs,
  runningMsAt,
  stateAt,
  syncedForMs,
  type TrustedTime,
  timeAt,
} from "./trusted-time.ts";

/** The time mark is written at most this often while only time passes. */
export const persistEveryMs = 10 * 60_000;
/**
 * While the time is lost, the mark is written this often. A gateway without a time source may run for years, and one
 * that restarts again and again must not wear out its card: the first mark is due this long after the start.
 */
const persistLostEveryMs = 60 * 60_000;

/** What is stored of the time on disk. */
export interface TimeMark {
  /** Trusted time, ms UTC. */
  readonly unixMs: number;
  readonly cloudLeadMs: number;
  readonly isFirm: boolean;
  /** The age of the last believed report, ms; null = the time was lost. */
  readonly syncedAgoMs: number | null;
  readonly ranMs: number;
  readonly allowance: Allowance;
  readonly leaptAtRanMs: number | null;
  readonly setBackFromMs: number | null;
}

/** Returns the mark of a store that has only the time. */
export function bareTimeMark(unixMs: number): TimeMark {
  return {
    unixMs,
    cloudLeadMs: 0,
    isFirm: false,
    syncedAgoMs: syncedForMs,
    ranMs: 0,
    allowance: [],
    leaptAtRanMs: null,
    setBackFromMs: null,
  };
}

/** What is known at the start. It is never later than the true time, whatever the machine's clock says. */
export interface StartingTime {
  /** When this program was built, ms UTC. */
  readonly buildMs: number;
  /** The newest stored mark; null = none yet. */
  readonly mark: TimeMark | null;
  /** Time since the mark, ms, if the machine was not off since; null = not known. */
  readonly elapsedMs: number | null;
  readonly monotonicMs: number;
}

/**
 * Returns the trusted time after a start. If the machine was not off, the time continues, also a lost one. Otherwise
 * it is `lost`, at the later of build time and mark. A mark that is too late to be believed is ignored.
 */
export function initialTime({ buildMs, mark, elapsedMs, monotonicMs }: StartingTime): TrustedTime {
  const known = mark !== null && mark.unixMs <= buildMs + believableMs ? mark : null;
  if (known === null) {
    const time = lostTime(bareTimeMark(buildMs), buildMs, monotonicMs);
    return { ...time, leapLimitMs: Number.POSITIVE_INFINITY };
  }
  const lost = lostTime(known, buildMs, monotonicMs);
  if (elapsedMs === null || known.unixMs < buildMs) return lost;
  const continued: TrustedTime = {
    ...lost,
    anchor: { unixMs: known.unixMs + elapsedMs, monotonicMs },
    ranMs: known.ranMs + elapsedMs,
  };
  if (known.syncedAgoMs === null) return continued;
  return {
    ...continued,
    isFirm: known.isFirm,
    syncedAtMs: monotonicMs - known.syncedAgoMs - elapsedMs,
    leapLimitMs: known.isFirm ? 0 : longestLeapMs,
  };
}

function lostTime(mark: TimeMark, buildMs: number, monotonicMs: number): TrustedTime {
  const { cloudLeadMs, allowance, ranMs, leaptAtRanMs, setBackFromMs } = mark;
  return {
    anchor: { unixMs: Math.max(buildMs, mark.unixMs), monotonicMs },
    // NTP can still correct what only the cloud had reported before the power cut.
    cloudLeadMs,
    isFirm: false,
    syncedAtMs: null,
    leapLimitMs: longestLeapMs,
    reports: [],
    allowance,
    ranMs,
    startedAtMs: monotonicMs,
    leaptAtRanMs,
    setBackFromMs,
    buildMs,
    moves: 0,
    persisted: null,
  };
}

/**
 * Returns the mark to persist now; null = not yet. It is due every 10 min, at once after the state or the time has
 * changed, and every hour while the time is `lost`: the next start would otherwise set the running time back to the
 * last known time, however long ago that was. A gateway that has never known the time has no mark.
 */
export function markToPersist(time: TrustedTime, monotonicMs: number): TimeMark | null {
  const { syncedAtMs } = time;
  const isDue =
    syncedAtMs === null ? isLostMarkDue(time, monotonicMs) : isMarkDue(time, monotonicMs);
  if (!isDue) return null;
  return {
    unixMs: Math.floor(timeAt(time, monotonicMs)),
    cloudLeadMs: time.cloudLeadMs,
    isFirm: time.isFirm,
    syncedAgoMs: syncedAtMs === null ? null : monotonicMs - syncedAtMs,
    ranMs: runningMsAt(time, monotonicMs),
    allowance: time.allowance,
    leaptAtRanMs: time.leaptAtRanMs,
    setBackFromMs: time.setBackFromMs,
  };
}

function isMarkDue(time: TrustedTime, monotonicMs: number): boolean {
  const { persisted } = time;
  return (
    persisted === null ||
    persisted.state !== stateAt(time, monotonicMs) ||
    persisted.moves !== time.moves ||
    monotonicMs - persisted.monotonicMs >= persistEveryMs
  );
}

function isLostMarkDue(time: TrustedTime, monotonicMs: number): boolean {
  // With a mark, the very first report would no longer be believed however far it leaps.
  if (time.leapLimitMs === Number.POSITIVE_INFINITY) return false;
  const { persisted, startedAtMs } = time;
  const sinceMs = persisted === null ? startedAtMs : persisted.monotonicMs;
  return time.moves !== (persisted?.moves ?? 0) || monotonicMs - sinceMs >= persistLostEveryMs;
}

/** Returns the time after the mark that was made of `marked` at that moment is on disk. */
export function withPersistedMark(
  time: TrustedTime,
  marked: TrustedTime,
  monotonicMs: number,
): TrustedTime {
  const persisted = { monotonicMs, state: stateAt(marked, monotonicMs), moves: marked.moves };
  return { ...time, persisted };
}

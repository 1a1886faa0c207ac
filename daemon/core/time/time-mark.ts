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

/** The high-water mark is written at most this often while nothing but time itself moves. */
const persistEveryMs = 10 * 60_000;

/** What is kept of the time on disk. */
export interface TimeMark {
  /** Trusted time, ms UTC. */
  readonly unixMs: number;
  readonly cloudLeadMs: number;
  readonly isFirm: boolean;
  /** How old the last believed word was, ms. */
  readonly syncedAgoMs: number;
  readonly ranMs: number;
  readonly allowance: Allowance;
  readonly leaptAtRanMs: number | null;
  readonly setBackFromMs: number | null;
}

/** The mark of a store that knows nothing but the time it was. */
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

/** What is known at the start: never later than the truth, whatever the machine's clock says. */
export interface StartingTime {
  /** When this program was built, ms UTC. */
  readonly buildMs: number;
  /** What was persisted last; null = nothing yet. */
  readonly mark: TimeMark | null;
  /** Time since the mark, ms, when the machine has not been off since; null = nobody knows. */
  readonly elapsedMs: number | null;
  readonly monotonicMs: number;
}

/**
 * The state after a start. When the machine ran on, the time runs on. Otherwise it is `lost`, at the
 * later of build time and mark. A mark later than anything that is believed is ignored.
 */
export function initialTime({ buildMs, mark, elapsedMs, monotonicMs }: StartingTime): TrustedTime {
  const known = mark !== null && mark.unixMs <= buildMs + believableMs ? mark : null;
  const start: TrustedTime = {
    anchor: { unixMs: Math.max(buildMs, known?.unixMs ?? buildMs), monotonicMs },
    cloudLeadMs: known?.cloudLeadMs ?? 0,
    isFirm: false,
    syncedAtMs: null,
    // Whatever the cloud alone had told before the power cut is still NTP's to correct.
    leapLimitMs: known === null ? Number.POSITIVE_INFINITY : longestLeapMs,
    reports: [],
    allowance: known?.allowance ?? [],
    ranMs: known?.ranMs ?? 0,
    startedAtMs: monotonicMs,
    leaptAtRanMs: known?.leaptAtRanMs ?? null,
    setBackFromMs: known?.setBackFromMs ?? null,
    buildMs,
    moves: 0,
    persisted: null,
  };
  if (known === null || elapsedMs === null || known.unixMs < buildMs) return start;
  return {
    ...start,
    anchor: { unixMs: known.unixMs + elapsedMs, monotonicMs },
    isFirm: known.isFirm,
    syncedAtMs: monotonicMs - known.syncedAgoMs - elapsedMs,
    leapLimitMs: known.isFirm ? 0 : longestLeapMs,
    ranMs: known.ranMs + elapsedMs,
  };
}

/**
 * The mark to persist now; null = not yet. Every 10 min, and at once when the state or the time has
 * changed. While `lost` nothing is written: the mark would only count the time since the start, and a
 * gateway that is restarted again and again would wear its card for nothing.
 */
export function markToPersist(time: TrustedTime, monotonicMs: number): TimeMark | null {
  const state = stateAt(time, monotonicMs);
  if (time.syncedAtMs === null) return null;
  const { persisted } = time;
  const isDue =
    persisted === null ||
    persisted.state !== state ||
    persisted.moves !== time.moves ||
    monotonicMs - persisted.monotonicMs >= persistEveryMs;
  if (!isDue) return null;
  return {
    unixMs: Math.floor(timeAt(time, monotonicMs)),
    cloudLeadMs: time.cloudLeadMs,
    isFirm: time.isFirm,
    syncedAgoMs: monotonicMs - time.syncedAtMs,
    ranMs: runningMsAt(time, monotonicMs),
    allowance: time.allowance,
    leaptAtRanMs: time.leaptAtRanMs,
    setBackFromMs: time.setBackFromMs,
  };
}

/** The mark that was made of `marked` at that moment is persisted; the time has gone on meanwhile. */
export function withPersistedMark(
  time: TrustedTime,
  marked: TrustedTime,
  monotonicMs: number,
): TrustedTime {
  const persisted = { monotonicMs, state: stateAt(marked, monotonicMs), moves: marked.moves };
  return { ...time, persisted };
}

/** Misses in a row after which a lock counts as offline and is left alone for longer. */
export const offlineAfterMisses = 3;
/** The first misses may be chance: after so long times their number it is tried again. */
const firstPauseMs = 1_000;
const breakMs = 60_000;
const longestBreakMs = 1_800_000;

/**
 * How long a lock is left alone after so many operations in a row that did not reach it, ms: 1 s and
 * 2 s, then 60 s doubling to 30 min. Any frame heard from it ends the wait.
 */
export function linkPauseMs(misses: number): number {
  if (misses < 1) return 0;
  if (misses < offlineAfterMisses) return firstPauseMs * misses;
  return Math.min(longestBreakMs, breakMs * 2 ** (misses - offlineAfterMisses));
}

/** A lock that is heard, but does not do what it is told, is tried at once this often. */
const promptTries = 2;
const firstHeardPauseMs = 2_000;
const longestHeardPauseMs = 60_000;

/**
 * How long a lock is left alone at least after an operation that did not reach it, ms, although frames of
 * it are heard: a lock that talks all the time must not set the rate at which it is tried.
 * @param futileTries tries in a row that followed a frame of the lock and did not reach it either: none
 * for the first 2, then 2 s doubling to 60 s
 */
export function heardPauseMs(futileTries: number): number {
  if (futileTries <= promptTries) return 0;
  return Math.min(longestHeardPauseMs, firstHeardPauseMs * 2 ** (futileTries - promptTries - 1));
}

/** The waits that {@link fullJitterMs} draws from, ms. */
export interface JitterBounds {
  /** Never shorter than this. */
  readonly leastMs: number;
  /** Ceiling of the first wait; it doubles with every attempt. */
  readonly firstMs: number;
  /** The ceiling grows no further. */
  readonly longestMs: number;
}

/**
 * A wait with full jitter: uniform between `leastMs` and a ceiling that doubles, so that many
 * gateways that lost the same broker come back spread out.
 * @param attempt failed attempts so far, 0 = first wait
 * @param entropy uniform in [0, 1), from the caller
 */
export function fullJitterMs(attempt: number, bounds: JitterBounds, entropy: number): number {
  const ceilingMs = Math.min(bounds.firstMs * 2 ** attempt, bounds.longestMs);
  return bounds.leastMs + Math.max(0, ceilingMs - bounds.leastMs) * entropy;
}

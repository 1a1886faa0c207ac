import { type RetrySchedule, retryWaitMs } from "../../base/retry-schedule.ts";

/** Misses in a row after which a lock counts as offline and is left alone for longer. */
export const offlineAfterMisses = 3;
/** The first misses may be chance: after so long times their number it is tried again. */
const firstPauseMs = 1_000;
const breaks: RetrySchedule = { firstMs: 60_000, longestMs: 1_800_000 };

/**
 * How long a lock is left alone after so many operations in a row that did not reach it, ms: 1 s and
 * 2 s, then 60 s doubling to 30 min. Any frame heard from it ends the wait.
 */
export function linkPauseMs(misses: number): number {
  if (misses < 1) return 0;
  if (misses < offlineAfterMisses) return firstPauseMs * misses;
  return retryWaitMs(breaks, misses - offlineAfterMisses);
}

/** A lock that is heard, but does not do what it is told, is tried at once this often. */
const promptTries = 2;
const heardPauses: RetrySchedule = { firstMs: 2_000, longestMs: 60_000 };

/**
 * How long a lock is left alone at least after an operation that did not reach it, ms, although frames of
 * it are heard: a lock that talks all the time must not set the rate at which it is tried.
 * @param futileTries tries in a row that followed a frame of the lock and did not reach it either: none
 * for the first 2, then 2 s doubling to 60 s
 */
export function heardPauseMs(futileTries: number): number {
  if (futileTries <= promptTries) return 0;
  return retryWaitMs(heardPauses, futileTries - promptTries - 1);
}

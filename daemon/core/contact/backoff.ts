import { type RetrySchedule, retryWaitMs } from "../../base/retry-schedule.ts";

/** Misses in a row after which a lock counts as offline and is left alone for longer. */
export const offlineAfterMisses = 3;
/** The first misses may be chance: the pause is this time, multiplied by their number. */
const firstPauseMs = 1_000;
const breaks: RetrySchedule = { firstMs: 60_000, longestMs: 1_800_000 };

/**
 * Returns the pause after operations in a row that did not reach a lock, ms: 1 s and 2 s, then 60 s doubling to 30 min.
 * Any frame received from the lock ends the pause.
 */
export function linkPauseMs(misses: number): number {
  if (misses < 1) return 0;
  if (misses < offlineAfterMisses) return firstPauseMs * misses;
  return retryWaitMs(breaks, misses - offlineAfterMisses);
}

/** How often a lock that sends frames, but does not answer operations, is tried at once. */
const promptTries = 2;
const receptionPauses: RetrySchedule = { firstMs: 2_000, longestMs: 60_000 };

/** Tries that are further apart than this are not in a row: the lock's frames do not set a rate. */
export const quietBetweenTriesMs = receptionPauses.longestMs;

/**
 * Returns the least pause after an operation that did not reach a lock, ms, even if its frames are received: a lock that
 * sends all the time must not set the rate at which it is tried.
 * @param futileTries tries in a row that followed a frame of the lock and did not reach it either: none
 * for the first 2, then 2 s doubling to 60 s
 */
export function receptionPauseMs(futileTries: number): number {
  if (futileTries <= promptTries) return 0;
  return retryWaitMs(receptionPauses, futileTries - promptTries - 1);
}

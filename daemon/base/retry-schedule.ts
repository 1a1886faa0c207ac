/** Waits between tries: the first wait, doubled with each further one up to the longest. */
export interface RetrySchedule {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** A schedule whose waits are drawn at random; see {@link fullJitterMs}. */
export interface JitteredSchedule extends RetrySchedule {
  /** No wait is shorter than this. */
  readonly leastMs: number;
}

/** More doublings would overflow a wait of 0 to a number that is none. */
const maxDoublings = 50;

/**
 * Returns the wait after `tries` earlier waits, ms.
 * @param tries 0 for the first wait
 */
export function retryWaitMs({ firstMs, longestMs }: RetrySchedule, tries: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(tries, maxDoublings));
}

/**
 * Returns a wait with full jitter, ms: uniform between `leastMs` and the schedule's wait. Many gateways that
 * lost the same broker reconnect at different times.
 * @param tries 0 for the first wait
 * @param entropy uniform in [0, 1), from the caller
 */
export function fullJitterMs(schedule: JitteredSchedule, tries: number, entropy: number): number {
  const { leastMs } = schedule;
  return leastMs + Math.max(0, retryWaitMs(schedule, tries) - leastMs) * entropy;
}

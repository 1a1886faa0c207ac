/** A lock that does not answer is left alone for so long after its first timeout … */
const firstPauseMs = 60_000;
/** … and never for longer than this. */
const longestPauseMs = 30 * 60_000;

/** One lock's link: how often in a row it did not answer, and until when it is left alone. */
export interface LinkBreaker {
  readonly timeouts: number;
  /** ms of the clock that the caller hands in (a monotonic one); null = nothing to wait for. */
  readonly closedUntilMs: number | null;
}

/** A link of which nothing bad is known; any frame from the lock leads back here. */
export const openLink: LinkBreaker = { timeouts: 0, closedUntilMs: null };

/** The pause after `timeouts` timeouts in a row, ms: 60 s, doubling, at most 30 min. */
export function linkPauseMs(timeouts: number): number {
  if (timeouts < 1) return 0;
  return Math.min(firstPauseMs * 2 ** (timeouts - 1), longestPauseMs);
}

/** An operation timed out: the lock is left alone for a while. */
export function linkTimedOut(link: LinkBreaker, nowMs: number): LinkBreaker {
  const timeouts = link.timeouts + 1;
  return { timeouts, closedUntilMs: nowMs + linkPauseMs(timeouts) };
}

/** May the radio be used for this lock? */
export function isLinkOpen(link: LinkBreaker, nowMs: number): boolean {
  return link.closedUntilMs === null || nowMs >= link.closedUntilMs;
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

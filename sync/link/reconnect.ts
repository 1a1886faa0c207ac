import { retryWaitMs } from "../../daemon/base/retry-schedule.ts";
import type { LossCause } from "./loss-cause.ts";

/** Waits between connection attempts, in ms. Every wait is random and below its ceiling. */
export interface ReconnectLimits {
  /** Ceiling of the first wait after a failed attempt; it doubles with each failure. */
  readonly baseMs: number;
  /** The highest ceiling. Also the wait after a fault that only people can repair. */
  readonly maxMs: number;
  /**
   * Ceiling of the first wait after the broker cut a connection: it may have cut every gateway, and they
   * must not all return in the same second.
   */
  readonly firstMaxMs: number;
}

/**
 * Returns how long to wait before the next attempt, in ms, with full jitter: uniform below a ceiling that
 * doubles, so that the attempts of a fleet spread out.
 * @param failures attempts that failed since a connection last stayed up
 * @param random uniform in [0, 1)
 */
export function waitMs(
  cause: LossCause,
  failures: number,
  limits: ReconnectLimits,
  random: number,
): number {
  const ceilingMs = retryWaitMs({ firstMs: limits.baseMs, longestMs: limits.maxMs }, failures);
  switch (cause) {
    case "cut":
      return (
        random * Math.min(limits.maxMs, Math.max(limits.firstMaxMs, failures === 0 ? 0 : ceilingMs))
      );
    case "unreachable":
    case "untrusted":
    case "overloaded":
    case "oversize":
    case "unacknowledged":
    case "storeFailed":
    case "subscribeRefused":
      return random * ceilingMs;
    case "refused":
    case "moved":
      return limits.maxMs / 2 + (random * limits.maxMs) / 2;
    case "takenOver":
      return limits.maxMs;
    case "stopped":
      return 0;
  }
}

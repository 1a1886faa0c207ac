import { withSourceReport } from "../../../../../daemon/core/time/time-judgement.ts";
import {
  bareTimeMark,
  initialTime,
  markToPersist,
  type TimeMark,
} from "../../../../../daemon/core/time/time-mark.ts";
import type { TrustedTime } from "../../../../../daemon/core/time/trusted-time.ts";

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
export const buildMs = Date.parse("2026-11-01T00:00:00Z");
export const nowMs = Date.parse("2026-11-23T00:00:00Z");
export const yearsMs = 365.25 * dayMs;

/** A gateway that was off for an hour. */
export function started(mark: TimeMark | null = bareTimeMark(nowMs - hourMs)): TrustedTime {
  return initialTime({ buildMs, mark, elapsedMs: null, monotonicMs: 0 });
}

export function ntp(time: TrustedTime, unixMs: number, monotonicMs: number): TrustedTime {
  return withSourceReport(time, { source: "ntp", unixMs, monotonicMs });
}

/** Returns the time after the next start of the process; `isOff`: the machine was off in between. */
export function restarted(time: TrustedTime, atMs: number, isOff: boolean): TrustedTime {
  const mark = markToPersist({ ...time, persisted: null }, atMs);
  return initialTime({ buildMs, mark, elapsedMs: isOff ? null : 0, monotonicMs: atMs });
}

export const synced = ntp(started(), nowMs, 0);

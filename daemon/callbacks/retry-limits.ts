import type { JitteredSchedule } from "../base/retry-schedule.ts";

/** Between tries: 1 s doubling to 5 min, with full jitter. */
export const deliveryRetryLimits: JitteredSchedule = {
  leastMs: 500,
  firstMs: 1_000,
  longestMs: 300_000,
};

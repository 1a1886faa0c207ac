import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fullJitterMs, retryWaitMs } from "../../../../daemon/base/retry-schedule.ts";

describe("a retry schedule", () => {
  it("doubles the first wait with each try up to the longest wait", () => {
    const schedule = { firstMs: 1_000, longestMs: 5_000 };
    const waits = [0, 1, 2, 3, 4, 5_000].map((tries) => retryWaitMs(schedule, tries));
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
  });

  it("waits not at all if its first wait is 0, however many tries there were", () => {
    const schedule = { firstMs: 0, longestMs: 5_000 };
    assert.deepEqual(
      [0, 1, 5_000].map((tries) => retryWaitMs(schedule, tries)),
      [0, 0, 0],
    );
  });
});

describe("a wait with full jitter", () => {
  const schedule = { leastMs: 1_000, firstMs: 2_000, longestMs: 300_000 };

  it("stays within the schedule's bounds for any number of tries and any entropy", () => {
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (tries, entropy) => {
          const waitMs = fullJitterMs(schedule, tries, entropy);
          assert.ok(waitMs >= 1_000 && waitMs <= Math.min(2_000 * 2 ** tries, 300_000));
        },
      ),
    );
  });

  it("reaches both bounds", () => {
    assert.equal(fullJitterMs(schedule, 3, 0), 1_000);
    assert.equal(Math.round(fullJitterMs(schedule, 3, 1 - Number.EPSILON)), 16_000);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { linkPauseMs, receptionPauseMs } from "../../../../../daemon/core/contact/backoff.ts";

describe("the pause for a lock that does not answer", () => {
  it("is 1 s and 2 s after the first misses, then 60 s doubling to 30 min", () => {
    const pausesS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 50].map((misses) => linkPauseMs(misses) / 1000);
    assert.deepEqual(pausesS, [0, 1, 2, 60, 120, 240, 480, 960, 1800, 1800]);
  });
});

describe("the least pause for a lock that sends frames and does not answer operations", () => {
  it("is 0 for the first two tries, then 2 s doubling to 60 s", () => {
    const pausesS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 50].map((tries) => receptionPauseMs(tries) / 1000);
    assert.deepEqual(pausesS, [0, 0, 0, 2, 4, 8, 16, 32, 60, 60]);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { certificateTime } from "../../../../daemon/assembly/api-certificate.ts";
import type { ClockState } from "../../../../daemon/core/model/clock.ts";

const dayMs = 86_400_000;
const nowMs = Date.UTC(2027, 5, 1);
const limits = { earliestMs: nowMs - 100 * dayMs, latestMs: nowMs + 1000 * dayMs };

function timeIn(state: ClockState, systemMs: number) {
  return certificateTime({ reading: () => ({ nowMs, state, clockDoubt: null }), limits }, systemMs);
}

describe("the time for certificates", () => {
  it("is the trusted one, whatever the machine's clock shows", () => {
    for (const state of ["synced", "holding"] as const) {
      assert.deepEqual(timeIn(state, nowMs + dayMs), { nowMs, isTrusted: true });
    }
  });

  it("is the machine's clock while the time is lost", () => {
    const systemMs = nowMs + 90 * dayMs;
    assert.deepEqual(timeIn("lost", systemMs), { nowMs: systemMs, isTrusted: false });
  });

  it("is never earlier than what was known, and never later than what is possible", () => {
    for (const systemMs of [0, nowMs - dayMs, limits.latestMs + 1]) {
      assert.deepEqual(timeIn("lost", systemMs), { nowMs, isTrusted: false });
    }
  });
});

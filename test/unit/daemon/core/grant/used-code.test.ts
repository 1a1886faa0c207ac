import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  forgottenCodes,
  isRecent,
  type UsedCodeRecord,
  usedCodeKeptMs,
  usedCodeLimit,
} from "../../../../../daemon/core/grant/used-code.ts";
import { aLockId } from "../../../../support/records.ts";

function usedAt(atMs: number): UsedCodeRecord {
  return { lock: aLockId, mark: `code of ${atMs}`, atMs };
}

describe("a code that a lock had", () => {
  it("is recent for 90 days, and not a millisecond longer", () => {
    assert.ok(isRecent(usedAt(1_000), 1_000 + usedCodeKeptMs - 1));
    assert.ok(!isRecent(usedAt(1_000), 1_000 + usedCodeKeptMs));
  });

  it("is recent if its time is in the future, as after a setback of the clock", () => {
    assert.ok(isRecent(usedAt(10_000), 1_000));
  });

  it("is forgotten when it is old, or when the lock has more of them than the limit", () => {
    const nowMs = 2 * usedCodeKeptMs;
    const full = Array.from({ length: usedCodeLimit }, (_, at) => usedAt(nowMs - 5_000 + at));
    assert.deepEqual(forgottenCodes(full.slice(1), 1, nowMs), []);
    assert.deepEqual(forgottenCodes(full, 2, nowMs), full.slice(0, 2));
    assert.deepEqual(forgottenCodes([usedAt(0), ...full.slice(1)], 1, nowMs), [usedAt(0)]);
  });
});

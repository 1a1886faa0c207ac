import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withOffline } from "../../../../../daemon/locks/operations/slot-outcome.ts";
import { aLock, someCapabilities } from "../../../../support/records.ts";

describe("three misses in a row", () => {
  it("make a lock that always listens offline", () => {
    const lock = aLock({ missedOperations: 3 });
    assert.equal(withOffline({ lock }, lock, 0).lock?.isOnline, false);
  });

  it("do not make a sleepy lock offline", () => {
    const lock = aLock({
      missedOperations: 3,
      capabilities: someCapabilities({ isSleepy: true, checkInMs: 600_000 }),
    });
    assert.equal(withOffline({ lock }, lock, 0).lock?.isOnline, true);
  });
});

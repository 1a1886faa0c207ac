import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withOffline } from "../../../../../daemon/locks/operations/slot-outcome.ts";
import { aLock, someCapabilities } from "../../../../support/records.ts";

describe("three misses in a row", () => {
  it("tell a lock that always listens as offline", () => {
    const lock = aLock({ missedOperations: 3 });
    assert.equal(withOffline({ lock }, lock, 0).lock?.isOnline, false);
  });

  it("say nothing of one that sleeps: its own rhythm does", () => {
    const lock = aLock({
      missedOperations: 3,
      capabilities: someCapabilities({ isSleepy: true, checkInMs: 600_000 }),
    });
    assert.equal(withOffline({ lock }, lock, 0).lock?.isOnline, true);
  });
});

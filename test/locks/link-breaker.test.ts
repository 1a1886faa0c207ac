import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LinkBreaker } from "../../daemon/locks/link-breaker.ts";

describe("LinkBreaker", () => {
  it("waits longer after each miss, and no longer once the lock was heard", () => {
    let nowMs = 0;
    const link = new LinkBreaker(() => nowMs);
    for (let misses = 0; misses < 3; misses += 1) link.missed();
    assert.equal(link.waitMs(), 60_000);
    nowMs = 59_000;
    assert.equal(link.waitMs(), 1_000);
    assert.equal(link.heard(), true);
    assert.equal(link.waitMs(), 0);
    assert.equal(link.heard(), false);
  });
});

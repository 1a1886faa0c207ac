import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withSleepShown } from "../../../../../daemon/core/contact/awake-proof.ts";
import { someCapabilities } from "../../../../support/records.ts";

describe("a lock that claims to listen all the time", () => {
  const claiming = someCapabilities({ isSleepy: true, isSleepyBasis: "assumed" });
  const long = 61_000;

  it("counts as awake after five consecutive answers to requests after long silences", () => {
    let capabilities = claiming;
    for (let times = 0; times < 4; times++) {
      capabilities = withSleepShown(capabilities, { quietMs: long, wasReached: true });
      assert.equal(capabilities.isSleepy, true);
    }
    capabilities = withSleepShown(capabilities, { quietMs: long, wasReached: true });
    assert.equal(capabilities.isSleepy, false);
    assert.equal(capabilities.isSleepyBasis, "lock");
  });

  it("begins its proof again after a miss, and proves nothing directly after a frame of its own", () => {
    const once = withSleepShown(claiming, { quietMs: long, wasReached: true });
    assert.equal(once.promptAnswers, 1);
    assert.equal(withSleepShown(once, { quietMs: long, wasReached: false }).promptAnswers, 0);
    assert.equal(withSleepShown(once, { quietMs: 1_000, wasReached: true }), once);
  });

  it("proves nothing if its descriptor says that it sleeps", () => {
    const sleeper = someCapabilities({ isSleepy: true, isSleepyBasis: "lock" });
    assert.equal(withSleepShown(sleeper, { quietMs: long, wasReached: true }), sleeper);
  });
});

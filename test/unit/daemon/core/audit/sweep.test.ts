import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sweepIds } from "../../../../../daemon/core/audit/sweep.ts";
import { allocateSlot } from "../../../../../daemon/core/plan/slot-allocation.ts";
import { aView, someCapabilities } from "../../../../support/records.ts";

describe("the slots of the rounds", () => {
  /** ID Lock 150: people at the door use 1 to 59. */
  const idLock = { pinUsers: 109, firstUserId: 60, lastUserId: 107, reservedUserIds: [108] };

  it("include those of people, which latchd never allocates", () => {
    const capabilities = someCapabilities({ ...idLock, peoplesFirstUserId: 1 });
    const view = aView({ lock: { capabilities } });
    assert.deepEqual(
      sweepIds(view),
      Array.from({ length: 107 }, (_, index) => index + 1),
    );
    assert.equal(allocateSlot(capabilities, view.slots, 1), 60);
  });

  it("begin with the people's first one, also if that is 0", () => {
    const capabilities = someCapabilities({ ...idLock, peoplesFirstUserId: 0 });
    assert.equal(sweepIds(aView({ lock: { capabilities } }))[0], 0);
  });
});

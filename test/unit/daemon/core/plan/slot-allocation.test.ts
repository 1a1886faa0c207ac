import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { administratorId, dynamicPasswordId } from "../../../../../daemon/core/model/password.ts";
import type { SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import {
  allocateSlot,
  dynamicSlot,
  nextPasswordIdAfter,
  onlySlot,
} from "../../../../../daemon/core/plan/slot-allocation.ts";
import { aSlot, someCapabilities } from "../../../../support/records.ts";

const map = (...slots: SlotRecord[]) => new Map(slots.map((slot) => [slot.userId, slot]));
const occupied = {
  content: {
    kind: "occupied",
    mark: null,
    userStatus: "occupiedEnabled",
    userType: "unrestricted",
  },
} as const;

describe("the allocation of a slot", () => {
  const capabilities = someCapabilities({ firstUserId: 3, lastUserId: 6, reservedUserIds: [4] });

  it("takes the lowest one in the vendor's range and skips the reserved ones", () => {
    assert.equal(allocateSlot(capabilities, map(), 1), 3);
    assert.equal(allocateSlot(capabilities, map(aSlot({ userId: 3 })), 1), 5);
  });

  it("takes a slot again that was freed", () => {
    const freed = aSlot({ userId: 3, holder: null, content: { kind: "empty" } });
    assert.equal(allocateSlot(capabilities, map(freed), 1), 3);
  });

  it("takes an unknown slot, which is read before it is written", () => {
    assert.equal(allocateSlot(capabilities, map(aSlot({ userId: 3, holder: null })), 1), 3);
  });

  it("never takes a slot with a foreign code, a tombstone, or one with an open write", () => {
    const foreign = aSlot({ userId: 3, holder: null, ...occupied });
    const tombstone = aSlot({ userId: 5, holder: 1, content: { kind: "empty" } });
    const marked = aSlot({ userId: 6, holder: null, content: { kind: "empty" }, mayDiffer: true });
    assert.equal(allocateSlot(capabilities, map(foreign, tombstone, marked), 1), null);
  });

  it("finds none on a lock without slots", () => {
    const none = someCapabilities({ pinUsers: 0, firstUserId: 1, lastUserId: 0 });
    assert.equal(allocateSlot(none, map(), 1), null);
  });
});

describe("the slot of the dynamic password", () => {
  const capabilities = someCapabilities({ lastUserId: 9, reservedUserIds: [9] });

  it("is the highest usable one, and no other password gets it", () => {
    assert.equal(dynamicSlot(capabilities), 8);
    const taken = [1, 2, 3, 4, 5, 6, 7].map((userId) => aSlot({ userId, holder: userId }));
    assert.equal(allocateSlot(capabilities, map(...taken), 8), null);
    assert.equal(allocateSlot(capabilities, map(...taken), dynamicPasswordId), 8);
  });

  it("is another one if somebody's code is in it, which stays", () => {
    const tenant = aSlot({ userId: 8, holder: 4, ...occupied });
    assert.equal(allocateSlot(capabilities, map(tenant), dynamicPasswordId), 1);
  });

  it("is not reserved on a lock with few slots", () => {
    const small = someCapabilities({ lastUserId: 7 });
    assert.equal(dynamicSlot(small), null);
    const taken = [1, 2, 3, 4, 5, 6].map((userId) => aSlot({ userId, holder: userId }));
    assert.equal(allocateSlot(small, map(...taken), 8), 7);
  });
});

describe("password ids", () => {
  it("grow for ever and skip the administrator's", () => {
    assert.equal(nextPasswordIdAfter(1), 2);
    assert.equal(nextPasswordIdAfter(998), 1000);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (id) => {
        if (id === administratorId) return;
        const next = nextPasswordIdAfter(id);
        assert.ok(next > id && next !== administratorId);
      }),
    );
  });
});

describe("the only slot that a password may have", () => {
  const capabilities = someCapabilities({ firstUserId: 3, lastUserId: 6, reservedUserIds: [4] });
  const only = (userId: number, ...slots: readonly SlotRecord[]) =>
    onlySlot(capabilities, map(...slots), userId);

  it("is its own while it is free or unknown, and never another one", () => {
    assert.equal(only(5), 5);
    assert.equal(only(5, aSlot({ userId: 5, holder: null, content: { kind: "empty" } })), 5);
    assert.equal(only(5, aSlot({ userId: 5, holder: null, ...occupied })), null);
    assert.equal(only(5, aSlot({ userId: 5, holder: 2 })), null);
  });

  it("is none that the vendor reserves, that the lock does not have, or that is the dynamic password's", () => {
    const { firstUserId, lastUserId, reservedUserIds } = capabilities;
    for (const userId of [firstUserId - 1, lastUserId + 1, ...reservedUserIds]) {
      assert.equal(only(userId), null);
    }
    const large = someCapabilities();
    assert.equal(onlySlot(large, map(), large.lastUserId), null);
  });
});

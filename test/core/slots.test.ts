import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { administratorId } from "../../daemon/core/password.ts";
import type { SlotRecord } from "../../daemon/core/slot.ts";
import { allocateSlot, nextPasswordIdAfter } from "../../daemon/core/slots.ts";
import { aSlot, someCapabilities } from "../support/records.ts";

const map = (...slots: SlotRecord[]) => new Map(slots.map((slot) => [slot.userId, slot]));
const occupied = {
  content: {
    kind: "occupied",
    mark: null,
    userStatus: "occupiedEnabled",
    userType: "unrestricted",
  },
} as const;

describe("allocating a slot", () => {
  const capabilities = someCapabilities({ firstUserId: 3, lastUserId: 6, reservedUserIds: [4] });

  it("gives the lowest one in the vendor's range and leaves out his own", () => {
    assert.equal(allocateSlot(capabilities, map()), 3);
    assert.equal(allocateSlot(capabilities, map(aSlot({ userId: 3 }))), 5);
  });

  it("gives back a slot that was freed", () => {
    const freed = aSlot({ userId: 3, holder: null, content: { kind: "empty" } });
    assert.equal(allocateSlot(capabilities, map(freed)), 3);
  });

  it("gives a slot whose content is in doubt: it is read before it is written", () => {
    assert.equal(allocateSlot(capabilities, map(aSlot({ userId: 3, holder: null }))), 3);
  });

  it("never gives a stranger's slot, a tombstone, or one that a write may be on its way to", () => {
    const stranger = aSlot({ userId: 3, holder: null, ...occupied });
    const tombstone = aSlot({ userId: 5, holder: 1, content: { kind: "empty" } });
    const marked = aSlot({ userId: 6, holder: null, content: { kind: "empty" }, mayDiffer: true });
    assert.equal(allocateSlot(capabilities, map(stranger, tombstone, marked)), null);
  });

  it("gives nothing on a lock without slots", () => {
    const none = someCapabilities({ pinUsers: 0, firstUserId: 1, lastUserId: 0 });
    assert.equal(allocateSlot(none, map()), null);
  });
});

describe("password ids", () => {
  it("go up for ever and never reach the administrator's", () => {
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

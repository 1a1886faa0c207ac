import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SlotOutcome } from "../../../../../daemon/core/outcome/outcome-input.ts";
import { refusalLimit } from "../../../../../daemon/core/outcome/refusal-limits.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { aLock, aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";
import {
  apply,
  contentOf,
  disable,
  failure,
  read,
  readStatus,
  set,
  slotAfter,
} from "./outcome-room.ts";

describe("a lock that only shows user statuses and refuses to set them", () => {
  const silent = someCapabilities({ pinReadBack: "silent", userStatus: "yes" });
  const slot = aSlot({
    content: contentOf(null, "occupiedEnabled"),
    confidence: "confirmed",
    refusals: refusalLimit - 1,
    verifiedAtMs: 500,
  });

  /** A lock that accepted the command before may refuse it three times, another one only once. */
  const refusals = [
    { name: "accepted", capabilities: silent, slot },
    {
      name: "never accepted",
      capabilities: { ...silent, userStatus: "unknown" },
      slot: { ...slot, refusals: 0, verifiedAtMs: null },
    },
  ] as const;

  for (const { name, capabilities, slot } of refusals) {
    it(`has a slot that was empty long ago read by its status before a write, if it ${name} the command`, () => {
      const { lock } = apply(disable, failure, { lock: aLock({ capabilities }), slot });
      assert.equal(lock?.capabilities.userStatus, "no");
      const empty = aSlot({ content: { kind: "empty" }, confidence: "confirmed", verifiedAtMs: 1 });
      const view = aView({ lock, passwords: [aPassword()], slots: [empty] });
      const step = plan({
        view,
        time: { nowMs: 86_400_000, state: "synced" },
        blockedUntilMs: null,
      });
      assert.ok(step.kind === "perform");
      assert.deepEqual(step.operation, readStatus);
    });
  }

  it("gets no more status reads after it answered that it does not know them", () => {
    const capabilities = { ...silent, userStatus: "no", showsUserStatus: true } as const;
    const unknown = { kind: "unsupported" } as const;
    const { lock } = apply(readStatus, unknown, { lock: aLock({ capabilities }), slot });
    assert.equal(lock?.capabilities.showsUserStatus, false);
  });
});

describe("what a lock is unable to do", () => {
  const unsupported: SlotOutcome = { kind: "unsupported" };

  it("is proved by a read that it does not know", () => {
    const effects = apply(read, unsupported);
    assert.equal(effects.lock?.capabilities.pinReadBack, "silent");
    assert.equal(effects.slots, undefined);
    assert.equal(apply(readStatus, unsupported).lock?.capabilities.userStatus, "no");
  });

  it("is proved by a user status that it refuses to set, unless it has set one before", () => {
    const lock = aLock({ capabilities: someCapabilities({ userStatus: "unknown" }) });
    const slot = aSlot({ content: contentOf("123456", "occupiedEnabled") });
    for (const outcome of [unsupported, failure]) {
      const effects = apply(disable, outcome, { lock, slot });
      assert.equal(effects.lock?.capabilities.userStatus, "no");
      assert.equal(slotAfter(effects).refusals, 0);
    }
    const proven = apply(disable, failure, { slot });
    assert.equal(proven.lock?.capabilities.userStatus ?? "yes", "yes");
    assert.equal(slotAfter(proven).refusals, 1);
  });

  it("makes a set fail for good if it does not know the command", () => {
    assert.equal(apply(set, unsupported).passwords?.[0]?.failure, "unsupported");
  });
});

describe("a lock that does not know Set PIN Code", () => {
  const unsupported: SlotOutcome = { kind: "unsupported" };

  it("is recorded as such, unless it has accepted a code before", () => {
    const first = apply(set, unsupported);
    assert.equal(first.lock?.capabilities.setsPinCodes, "no");
    const later = apply(set, unsupported, { hasTakenCodes: true });
    assert.equal(later.lock?.capabilities.setsPinCodes, undefined);
  });
});

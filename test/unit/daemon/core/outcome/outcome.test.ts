import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import {
  aCode,
  aLock,
  aPassword,
  aSlot,
  aView,
  someCapabilities,
} from "../../../../support/records.ts";
import { apply, clear, contentOf, disable, failure, read, set, slotAfter } from "./outcome-room.ts";

describe("a frame that the stick failed to send", () => {
  it("does not count against the lock, and a write that may have been sent has the slot read", () => {
    const outcome = { kind: "unreachable", wasSent: true, isStickFault: true } as const;
    const effects = apply(set, outcome);
    assert.equal(effects.lock, undefined);
    assert.equal(effects.slots?.[0]?.content.kind, "unknown");
  });

  it("does not change the slot if nothing was sent", () => {
    const outcome = { kind: "unreachable", wasSent: false, isStickFault: true } as const;
    assert.equal(apply(set, outcome).slots, undefined);
  });
});

describe("the outcome of a write", () => {
  it("is unconfirmed content with the sent revision if the lock accepted it", () => {
    const slot = slotAfter(apply(set, { kind: "done" }));
    assert.deepEqual(slot.content, contentOf("123456", "occupiedEnabled"));
    assert.equal(slot.confidence, "unconfirmed");
    assert.equal(slot.appliedRevision, 1);
    assert.equal(slot.mayDiffer, false);
  });

  it("keeps the slot marked while a newer revision is desired", () => {
    const holder = aPassword({ revision: 2, code: aCode("654321") });
    const slot = slotAfter(
      apply(set, { kind: "done" }, { holder, sent: { revision: 1, mark: "123456" } }),
    );
    assert.equal(slot.mayDiffer, true);
    assert.deepEqual(
      slot.content,
      contentOf("123456", "occupiedEnabled"),
      "it holds what was sent",
    );
  });

  it("never lets the applied revision fall", () => {
    const slot = aSlot({ content: { kind: "empty" }, appliedRevision: 7 });
    assert.equal(slotAfter(apply(set, { kind: "done" }, { slot })).appliedRevision, 7);
  });

  it("makes the slot empty after a clear", () => {
    const slot = aSlot({ content: contentOf("123456", "occupiedEnabled"), appliedRevision: 1 });
    assert.deepEqual(slotAfter(apply(clear, { kind: "done" }, { slot })).content, {
      kind: "empty",
    });
  });

  it("changes only the status after a disable, and proves that the lock can disable", () => {
    const lock = aLock({ capabilities: someCapabilities({ userStatus: "unknown" }) });
    const slot = aSlot({ content: contentOf("123456", "occupiedEnabled") });
    const effects = apply(disable, { kind: "done" }, { lock, slot });
    assert.deepEqual(slotAfter(effects).content, contentOf("123456", "occupiedDisabled"));
    assert.equal(effects.lock?.capabilities.userStatus, "yes");
  });

  it("changes only the state of the link if nothing was sent", () => {
    const effects = apply(set, { kind: "unreachable", wasSent: false });
    assert.equal(effects.slots, undefined);
    assert.equal(effects.lock?.missedOperations, 1);
  });

  it("makes the slot unknown and counts against the link, not the slot, if it may have arrived", () => {
    const effects = apply(set, { kind: "unreachable", wasSent: true });
    assert.deepEqual(slotAfter(effects).content, { kind: "unknown" });
    assert.equal(slotAfter(effects).refusals, 0);
    assert.equal(effects.lock?.missedOperations, 1);
  });

  it("leaves the slot known if a read gets no answer", () => {
    const effects = apply(read, { kind: "unreachable", wasSent: true });
    assert.equal(effects.slots, undefined);
    assert.equal(effects.lock?.missedOperations, 1);
  });

  it("ends the series of misses if the lock answered, whatever it said", () => {
    const lock = aLock({ missedOperations: 2 });
    for (const outcome of [{ kind: "done" } as const, failure]) {
      assert.equal(apply(set, outcome, { lock }).lock?.missedOperations, 0);
    }
  });
});

describe("a code whose set was never answered", () => {
  const tried = { mayDiffer: true, attemptedRevision: 1, confidence: "confirmed" } as const;
  const stepFor = (slot: SlotRecord, holder = aPassword(), pinReadBack = "masked" as const) => {
    const lock = { capabilities: someCapabilities({ pinReadBack }) };
    const view = aView({ lock, passwords: [holder], slots: [slot] });
    return plan({ view, time: { nowMs: 0, state: "synced" }, blockedUntilMs: null });
  };

  it("is managed on a lock that masks codes: it is set again", () => {
    const step = stepFor(aSlot({ ...tried, content: contentOf(null, "occupiedEnabled") }));
    assert.ok(step.kind === "perform");
    assert.equal(step.operation.name, "setPinCode");
  });

  it("is cleared when it is no longer desired", () => {
    const holder = aPassword({ isDeleted: true, revision: 2, operation: "delete" });
    const step = stepFor(aSlot({ ...tried, content: contentOf(null, "occupiedEnabled") }), holder);
    assert.ok(step.kind === "perform");
    assert.equal(step.operation.name, "clearPinCode");
  });

  it("is replaced by the code that is desired since", () => {
    const holder = aPassword({ revision: 2, code: aCode("222222") });
    const step = stepFor(
      aSlot({ ...tried, content: contentOf("123456", "occupiedEnabled") }),
      holder,
    );
    assert.ok(step.kind === "perform");
    assert.equal(step.operation.name, "setPinCode");
  });
});

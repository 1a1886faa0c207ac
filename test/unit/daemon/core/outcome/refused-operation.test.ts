import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  refusalDelayMs,
  refusalLimit,
  revocationRefusalLimit,
  revocationRetryMs,
} from "../../../../../daemon/core/outcome/refusal-limits.ts";
import { overdueEffects } from "../../../../../daemon/core/plan/overdue.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { aPassword, aSlot, aView } from "../../../../support/records.ts";
import {
  apply,
  clear,
  contentOf,
  disable,
  failure,
  operationsFor,
  read,
  readOf,
  repeated,
  set,
  slotAfter,
} from "./outcome-room.ts";

describe("a refused operation", () => {
  it("leads to a read and another try after a growing pause", () => {
    const first = slotAfter(apply(set, failure));
    assert.equal(first.refusals, 1);
    assert.equal(first.retryAtMs, 1_000 + refusalDelayMs);
    assert.deepEqual(first.content, { kind: "unknown" });
    const second = slotAfter(apply(set, failure, { slot: first }));
    assert.equal(second.retryAtMs, 1_000 + 2 * refusalDelayMs);
  });

  it("publishes the failure of a grant that was published as done and does not come back", () => {
    const weekly = aPassword({ operationStage: "done" });
    const { effects } = repeated(refusalLimit, set, { holder: weekly });
    assert.equal(effects.passwords?.[0]?.failure, "refused");
    const cleared = repeated(revocationRefusalLimit, clear, { holder: weekly });
    assert.equal(cleared.effects.passwords?.[0]?.failure, "refused");
    const frozen = { ...weekly, isFrozen: true };
    const kept = repeated(revocationRefusalLimit, clear, { holder: frozen });
    assert.deepEqual(kept.effects.journal, []);
  });

  it("parks the slot at the third refusal and publishes that once", () => {
    const { effects, slot } = repeated(refusalLimit, set, {});
    assert.equal(slot.parkedRevision, 1);
    assert.equal(effects.passwords?.[0]?.operationStage, "failed");
    assert.deepEqual(
      effects.journal?.map((entry) => entry.kind === "event" && entry.detail),
      [{ password_id: 1, operation: 1, operation_stage: 2, reason: "refused" }],
    );
    const failed = aPassword({ operationStage: "failed" });
    assert.deepEqual(repeated(refusalLimit, set, { holder: failed }).effects.journal, []);
  });

  it("parks a revision that is no longer desired without an event", () => {
    const holder = aPassword({ revision: 2 });
    const { effects, slot } = repeated(refusalLimit, set, {
      holder,
      sent: { revision: 1, mark: "123456" },
    });
    assert.equal(slot.parkedRevision, 1);
    assert.deepEqual(effects.journal, []);
  });

  it("is tried again every half hour, without end, if it is a revocation", () => {
    const slot = aSlot({ content: contentOf("123456", "occupiedEnabled"), appliedRevision: 1 });
    const holder = aPassword({ isDeleted: true, operation: "delete" });
    for (const operation of [clear, disable]) {
      const parked = repeated(revocationRefusalLimit, operation, { slot, holder }).slot;
      assert.equal(parked.retryAtMs, 1_000 + revocationRetryMs);
      // Then it is tried blindly, and soon after with a read.
      const blind = slotAfter(apply(operation, failure, { slot: parked, holder }));
      assert.equal(blind.retryAtMs, 1_000 + revocationRefusalLimit * refusalDelayMs);
      const seen = slotAfter(apply(operation, failure, { slot: blind, holder }));
      assert.equal(seen.retryAtMs, 1_000 + revocationRetryMs);
    }
  });

  it("leads from clearing to disabling, then to overwriting, before the slot is parked", () => {
    const holder = aPassword({ isDeleted: true, operation: "delete", revision: 2 });
    const content = contentOf("123456", "occupiedEnabled");
    const live = aSlot({ content, appliedRevision: 1, attemptedRevision: 1 });
    const { names } = operationsFor(live, holder, (name) =>
      name === "getPinCode" ? readOf(content, "123456") : failure,
    );
    assert.deepEqual(names.slice(-5), [
      "clearPinCode",
      "clearPinCode",
      "getPinCode",
      "setUserStatus",
      "setPinCode",
    ]);
  });

  it("leaves a disabled code disabled and raises no alarm if it is a clear", () => {
    const holder = aPassword({ isDeleted: true, operation: "delete", revision: 2, userId: 1 });
    const content = contentOf("123456", "occupiedDisabled");
    const stored = { content, appliedRevision: 1, attemptedRevision: 1, refusals: 3 };
    const shut = aSlot({ ...stored, confidence: "confirmed" });
    for (const outcome of [failure, { kind: "unsupported" }] as const) {
      const slot = slotAfter(apply(clear, outcome, { slot: shut, holder }));
      assert.deepEqual(slot.content, content);
      const view = aView({ passwords: [holder], slots: [slot] });
      assert.equal(overdueEffects(view, 3_600_000), null);
    }
    // The lock only accepted the disable, or the code is enabled.
    const enabled = { ...stored, content: contentOf("123456", "occupiedEnabled") };
    for (const slot of [aSlot(stored), aSlot({ ...enabled, confidence: "confirmed" })]) {
      assert.equal(slotAfter(apply(clear, failure, { slot, holder })).content.kind, "unknown");
    }
  });

  it("leads from disabling to clearing, then to overwriting, before the slot is parked", () => {
    const holder = aPassword({ isFrozen: true, operation: "freeze", revision: 2 });
    const content = contentOf("123456", "occupiedEnabled");
    const live = aSlot({ content, appliedRevision: 1, attemptedRevision: 1 });
    for (const answer of [failure, { kind: "unreadable" }, { kind: "done" }] as const) {
      const { names, lock } = operationsFor(live, holder, (name) =>
        name === "getPinCode"
          ? readOf(content, "123456")
          : name === "setUserStatus"
            ? answer
            : failure,
      );
      assert.equal(names.filter((name) => name === "setUserStatus").length, refusalLimit);
      assert.deepEqual(names.slice(-2), ["clearPinCode", "setPinCode"]);
      assert.equal(lock.capabilities.userStatus, "no", "it is not asked for again");
    }
  });

  it("has the code set again, and at last cleared and set, if it is an enable", () => {
    const content = contentOf("123456", "occupiedDisabled");
    const shut = aSlot({
      content,
      confidence: "confirmed",
      appliedRevision: 1,
      attemptedRevision: 1,
    });
    const { names } = operationsFor(shut, aPassword(), (name) =>
      name === "getPinCode" ? readOf(content, "123456") : failure,
    );
    const writes = names.filter((name) => name !== "getPinCode");
    assert.deepEqual(writes.slice(0, 3), ["setUserStatus", "setPinCode", "clearPinCode"]);
  });

  it("leads to a blind clear if it is a read of a slot that must be cleared", () => {
    const holder = aPassword({ isDeleted: true, operation: "delete", revision: 2 });
    const slot = aSlot({ appliedRevision: 1, attemptedRevision: 1 });
    const { slot: blind } = repeated(refusalLimit, read, { slot, holder });
    assert.equal(blind.parkedRevision, null);
    const view = aView({ passwords: [holder], slots: [blind] });
    const later = { nowMs: blind.retryAtMs ?? 0, state: "synced" } as const;
    const step = plan({ view, time: later, blockedUntilMs: null });
    assert.ok(step.kind === "perform");
    assert.equal(step.operation.name, "clearPinCode");
    const seen = slotAfter(apply(clear, failure, { slot: blind, holder }));
    assert.equal(seen.retryAtMs, 1_000 + (refusalLimit + 1) * refusalDelayMs);
    const refusedAgain = slotAfter(apply(read, failure, { slot: seen, holder }));
    assert.equal(refusedAgain.retryAtMs, 1_000 + revocationRetryMs);
  });

  it("never leads to a blind clear of a slot without a managed code", () => {
    const holder = aPassword({ isDeleted: true, operation: "delete", revision: 2 });
    const { slot: unseen } = repeated(refusalLimit, read, { slot: aSlot(), holder });
    const view = aView({ passwords: [holder], slots: [unseen] });
    const later = { nowMs: unseen.retryAtMs ?? 0, state: "synced" } as const;
    const step = plan({ view, time: later, blockedUntilMs: null });
    assert.ok(step.kind === "perform");
    assert.equal(step.operation.name, "getPinCode");
  });

  it("counts if only a read shows the refusal, also for a clear", () => {
    const cleared = aSlot({
      content: { kind: "empty" },
      confidence: "unconfirmed",
      appliedRevision: 1,
      attemptedRevision: 1,
      refusals: revocationRefusalLimit - 1,
    });
    const holder = aPassword({ isDeleted: true, operation: "delete" });
    const shown = readOf(contentOf("123456", "occupiedEnabled"), "123456");
    const slot = slotAfter(apply(read, shown, { slot: cleared, holder }));
    assert.equal(slot.refusals, revocationRefusalLimit);
    assert.equal(slot.retryAtMs, 1_000 + revocationRetryMs, "a live code is not left alone");
    const ignored = aSlot({
      content: contentOf("123456", "occupiedEnabled"),
      confidence: "unconfirmed",
    });
    const unset = slotAfter(apply(read, readOf({ kind: "empty" }), { slot: ignored }));
    assert.equal(unset.refusals, 1);
    assert.deepEqual(unset.content, { kind: "empty" });
  });

  it("is a success if the code is already in its own slot", () => {
    const slot = aSlot({
      content: contentOf("123456", "occupiedDisabled"),
      confidence: "confirmed",
    });
    const effects = apply(set, { kind: "refused", status: "duplicateCode" }, { slot });
    assert.deepEqual(slotAfter(effects).content, contentOf("123456", "occupiedEnabled"));
    assert.equal(slotAfter(effects).parkedRevision, null);
  });

  it("is final and names the reason if another slot has the code", () => {
    const effects = apply(set, { kind: "refused", status: "duplicateCode" });
    assert.equal(slotAfter(effects).parkedRevision, 1);
    assert.equal(effects.passwords?.[0]?.failure, "duplicate");
  });

  it("is final at once if the lock's memory is full", () => {
    const effects = apply(set, { kind: "refused", status: "memoryFull" });
    assert.equal(slotAfter(effects).parkedRevision, 1);
    assert.equal(effects.passwords?.[0]?.failure, "full");
  });

  it("proves that a slot seen empty has no managed code if it is a set", () => {
    const empty = { content: { kind: "empty" }, attemptedRevision: 1 } as const;
    const seen = aSlot({ ...empty, confidence: "confirmed" });
    assert.equal(slotAfter(apply(set, failure, { slot: seen })).attemptedRevision, 0);
    const reported = aSlot({ ...empty, confidence: "unconfirmed" });
    assert.equal(slotAfter(apply(set, failure, { slot: reported })).attemptedRevision, 1);
    const unknown = aSlot({ attemptedRevision: 1 });
    assert.equal(slotAfter(apply(set, failure, { slot: unknown })).attemptedRevision, 1);
  });

  it("counts as refused if its answer cannot be decoded", () => {
    const slot = slotAfter(apply(set, { kind: "unreadable" }));
    assert.equal(slot.refusals, 1);
    assert.deepEqual(slot.content, { kind: "unknown" });
  });
});

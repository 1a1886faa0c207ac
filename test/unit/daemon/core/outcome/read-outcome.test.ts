import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import {
  aCode,
  aLock,
  aPassword,
  aSlot,
  aView,
  someCapabilities,
} from "../../../../support/records.ts";
import { apply, contentOf, type KnownContent, read, readOf, slotAfter } from "./outcome-room.ts";

describe("what a lock shows", () => {
  it("is confirmed content with a time", () => {
    const slot = slotAfter(apply(read, readOf(contentOf("123456", "occupiedEnabled"), "123456")));
    assert.equal(slot.confidence, "confirmed");
    assert.equal(slot.verifiedAtMs, 1_000);
    assert.equal(slot.mayDiffer, false);
  });

  it("confirms the code that was set last and keeps its mark if it is masked", () => {
    const written = aSlot({
      content: contentOf("123456", "occupiedEnabled"),
      confidence: "unconfirmed",
    });
    const masked = slotAfter(
      apply(read, readOf(contentOf(null, "occupiedEnabled")), { slot: written }),
    );
    assert.deepEqual(masked.content, contentOf("123456", "occupiedEnabled"));
    assert.equal(masked.confidence, "confirmed");
    assert.equal(masked.refusals, 0);
  });

  it("is an unknown code if it is masked in an unknown slot", () => {
    const slot = slotAfter(
      apply(read, readOf(contentOf(null, "occupiedEnabled")), { slot: aSlot() }),
    );
    assert.deepEqual(slot.content, contentOf(null, "occupiedEnabled"));
  });

  it("proves once whether codes are readable, and proves nothing if it is empty", () => {
    const lock = aLock({ capabilities: someCapabilities({ pinReadBack: "unknown" }) });
    const learned = (shown: KnownContent) =>
      apply(read, readOf(shown), { lock, slot: aSlot() }).lock?.capabilities.pinReadBack;
    assert.equal(learned(contentOf(null, "occupiedEnabled")), "masked");
    assert.equal(learned(contentOf("123456", "occupiedEnabled")), "readable");
    assert.equal(learned({ kind: "empty" }) ?? "unknown", "unknown");
  });

  it("proves that no attempted write is in the slot if it is empty", () => {
    const slot = aSlot({ attemptedRevision: 3 });
    assert.equal(slotAfter(apply(read, readOf({ kind: "empty" }), { slot })).attemptedRevision, 0);
  });

  it("is a managed code if it is the desired one: the next code replaces it", () => {
    const slot = aSlot({ content: { kind: "empty" }, appliedRevision: 1, attemptedRevision: 0 });
    const holder = aPassword({ id: 999, revision: 1 });
    const mark = holder.code?.mark ?? "";
    const shown = apply(read, readOf(contentOf(mark, "occupiedEnabled")), { slot, holder });
    assert.equal(slotAfter(shown).attemptedRevision, 1);
    const recoded = { ...holder, revision: 2, code: aCode("654321") };
    const slots = [{ ...slotAfter(shown), holder: 999 }];
    const view = aView({ passwords: [recoded], slots });
    const step = plan({ view, time: { nowMs: 60_000, state: "synced" }, blockedUntilMs: null });
    assert.ok(step.kind === "perform");
    assert.equal(step.operation.userId, 1);
  });

  it("publishes the sealed code that a person made once it is readable", () => {
    for (const [localEdit, event] of [
      ["added", "pwdAddLocal"],
      ["changed", "pwdUpdateLocal"],
    ] as const) {
      const holder = aPassword({ origin: "keypad", code: null });
      const shown = readOf(contentOf("777777", "occupiedEnabled"), "777777");
      const effects = apply(read, shown, { holder, slot: aSlot({ localEdit }) });
      assert.equal(slotAfter(effects).localEdit, null);
      assert.deepEqual(effects.passwords?.[0]?.code, aCode("777777"));
      const [reported] = effects.journal ?? [];
      assert.ok(reported?.kind === "event");
      assert.equal(reported.event, event);
      assert.deepEqual(reported.sealed, [
        { path: ["password", "password"], code: aCode("777777"), boundTo: "password/1" },
      ]);
    }
  });

  it("does not revert a code that was desired after the person's", () => {
    const holder = aPassword({ revision: 3, code: aCode("222222"), sealedFor: "password/2" });
    const effects = apply(read, readOf(contentOf("777777", "occupiedEnabled"), "777777"), {
      holder,
      sent: { revision: 2, mark: null },
      slot: aSlot({ localEdit: "changed" }),
    });
    assert.equal(effects.passwords, undefined);
    const [reported] = effects.journal ?? [];
    assert.deepEqual(reported?.kind === "event" && reported.detail, {
      password: { id: 1, password: null },
    });
  });
});

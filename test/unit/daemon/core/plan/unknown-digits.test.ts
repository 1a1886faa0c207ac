import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LockView } from "../../../../../daemon/core/model/lock.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

const at = (nowMs: number, view: LockView) =>
  plan({ view, time: { nowMs, state: "synced" }, blockedUntilMs: null });

const empty = { content: { kind: "empty" }, confidence: "confirmed" } as const;

describe("a keypad code whose digits latchd does not know", () => {
  it("is reported as lost once, and is not sent", () => {
    const keypad = aPassword({ origin: "keypad", code: null, operationStage: "done" });
    const view = aView({ passwords: [keypad], slots: [aSlot(empty)] });
    const step = at(0, view);
    assert.equal(step.kind, "record");
    const lost = step.kind === "record" ? (step.effects.passwords ?? []) : [];
    assert.deepEqual(
      lost.map(({ failure }) => failure),
      ["lost"],
    );
    assert.equal(at(0, { ...view, passwords: lost }).kind, "idle");
  });

  it("is recorded as lost without a second report of a failed change", () => {
    const keypad = aPassword({ origin: "keypad", code: null });
    const refused = { ...keypad, operationStage: "failed", failure: "refused" } as const;
    const view = aView({ passwords: [refused], slots: [aSlot(empty)] });
    const step = at(0, view);
    assert.ok(step.kind === "record");
    assert.equal(step.effects.journal, undefined);
    assert.equal(step.effects.passwords?.[0]?.failure, "lost");
    assert.equal(at(0, { ...view, passwords: step.effects.passwords ?? [] }).kind, "idle");
  });

  it("is not set on a lock that shows nothing", () => {
    const keypad = aPassword({ origin: "keypad", code: null, operationStage: "done" });
    const lock = { capabilities: someCapabilities({ pinReadBack: "silent", userStatus: "no" }) };
    assert.equal(at(0, aView({ lock, passwords: [keypad], slots: [aSlot()] })).kind, "idle");
  });

  it("fails its change in a slot that cannot be read", () => {
    const changed = aPassword({ origin: "keypad", code: null, operation: "unfreeze", revision: 2 });
    const capabilities = someCapabilities({ pinReadBack: "silent", userStatus: "no" });
    const slot = aSlot({ appliedRevision: 1, attemptedRevision: 1 });
    const view = aView({ lock: { capabilities }, passwords: [changed], slots: [slot] });
    const step = at(0, view);
    assert.ok(step.kind === "record");
    const [failed] = step.effects.passwords ?? [];
    assert.equal(failed?.failure, "lost");
    assert.ok(failed !== undefined);
    assert.equal(at(0, { ...view, passwords: [failed] }).kind, "idle");
  });
});

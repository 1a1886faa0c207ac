import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plan } from "../../daemon/core/plan.ts";
import { aPassword, aSlot, aView, someCapabilities } from "../support/records.ts";

const hourMs = 3_600_000;
const held = (userId: number, verifiedAtMs: number) =>
  aSlot({
    userId,
    holder: userId,
    content: {
      kind: "occupied",
      mark: `code ${userId}`,
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    },
    confidence: "confirmed",
    appliedRevision: 1,
    attemptedRevision: 1,
    verifiedAtMs,
  });
const password = (id: number) =>
  aPassword({
    id,
    userId: id,
    operationStage: "done",
    code: { box: "", mark: `code ${id}` },
  });

function next(nowMs: number, isSleepy: boolean, isAwake: boolean) {
  const view = aView({
    lock: { auditedAtMs: 0, capabilities: someCapabilities({ isSleepy }) },
    passwords: [password(1), password(2)],
    slots: [held(1, 500), held(2, 400)],
  });
  const time = { nowMs, state: "synced" } as const;
  return plan({ view, time, blockedUntilMs: null, auditsPerDay: 24, isAwake });
}

describe("an audit", () => {
  it("reads the slot that was not looked at for longest, once its share of the day is over", () => {
    assert.deepEqual(next(hourMs - 1, false, false), { kind: "idle", wakeAtMs: hourMs });
    const step = next(hourMs, false, false);
    assert.ok(step.kind === "perform" && step.isAudit === true);
    assert.deepEqual(step.operation, { name: "getPinCode", userId: 2 });
  });

  it("waits for a sleeping lock to be awake anyway", () => {
    assert.deepEqual(next(hourMs, true, false), { kind: "idle", wakeAtMs: null });
    assert.equal(next(hourMs, true, true).kind, "perform");
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  deliveryStatus,
  effective,
  isInvalid,
  phase,
} from "../../../../../daemon/tuya-actions/temporary/password-status.ts";
import { aPassword, aSlot } from "../../../../support/records.ts";

const hourMs = 3_600_000;
const window = { beginMs: 100 * hourMs, endMs: 200 * hourMs, weekly: null };

describe("the status of a temporary password", () => {
  it("follows from the lock's answer", () => {
    const failed = { operationStage: "failed" } as const;
    assert.equal(deliveryStatus(aPassword()), 1);
    assert.equal(deliveryStatus(aPassword({ operationStage: "done" })), 2);
    assert.equal(deliveryStatus(aPassword({ ...failed, failure: "refused" })), 3);
    assert.equal(deliveryStatus(aPassword({ ...failed, failure: "duplicate" })), 4);
    assert.equal(deliveryStatus(aPassword({ ...failed, failure: "full" })), 5);
  });

  it("changes its effect at the begin, a day before the end, and at the end", () => {
    const at = (hours: number, ms = 0) => effective(aPassword({ window }), hours * hourMs + ms);
    assert.deepEqual([at(100, -1), at(100), at(176, -1), at(176), at(200, -1)], [1, 2, 2, 3, 3]);
    assert.equal(at(200), 4);
    assert.equal(effective(aPassword({ window, consumedAtMs: 1 }), 150 * hourMs), 4);
    assert.equal(effective(aPassword(), 0), 2);
  });

  it("is being made until the lock has accepted the code, and frozen once the lock shows the freeze", () => {
    const slot = aSlot({
      appliedRevision: 1,
      content: {
        kind: "occupied",
        mark: null,
        userStatus: "occupiedEnabled",
        userType: "unrestricted",
      },
    });
    const shut = aSlot({
      ...slot,
      content: {
        kind: "occupied",
        mark: null,
        userStatus: "occupiedDisabled",
        userType: "unrestricted",
      },
    });
    const freezing = aPassword({ isFrozen: true, operation: "freeze" });
    assert.equal(phase(aPassword(), aSlot(), 0), 1);
    assert.equal(phase(aPassword({ operation: "update" }), aSlot(), 0), 1);
    assert.equal(phase(aPassword(), slot, 0), 2);
    assert.equal(phase(freezing, slot, 0), 2);
    assert.equal(phase(freezing, { ...shut, mayDiffer: true }, 0), 2);
    assert.equal(phase(freezing, shut, 0), 3);
    assert.equal(phase(aPassword({ operation: "unfreeze" }), shut, 0), 3);
    assert.equal(phase(aPassword({ operation: "unfreeze", operationStage: "done" }), slot, 0), 2);
  });

  it("is normal until the lock has confirmed the deletion", () => {
    const deleting = aPassword({ isDeleted: true, operation: "delete" });
    assert.equal(phase(deleting, aSlot({ appliedRevision: 1 }), 0), 2);
    assert.equal(phase({ ...deleting, userId: null }, undefined, 0), 4);
    const used = aPassword({ consumedAtMs: 1, operationStage: "done" });
    assert.equal(phase(used, aSlot({ appliedRevision: 1 }), 2), 2);
    assert.equal(phase({ ...used, userId: null }, undefined, 2), 4);
  });

  it("is failed and invalid if the lock never accepted the code", () => {
    const failed = aPassword({ operationStage: "failed", failure: "full", userId: null });
    assert.equal(phase(failed, undefined, 0), 5);
    assert.equal(isInvalid(failed, 0), true);
    assert.equal(isInvalid(aPassword({ window }), 200 * hourMs), true);
    assert.equal(isInvalid(aPassword({ window }), 0), false);
  });
});

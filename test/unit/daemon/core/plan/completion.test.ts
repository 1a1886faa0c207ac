import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Effects } from "../../../../../daemon/core/model/lock.ts";
import { completion } from "../../../../../daemon/core/plan/completion.ts";
import { aPassword, aSlot, aView } from "../../../../support/records.ts";

const assigned = {
  content: {
    kind: "occupied",
    mark: "123456",
    userStatus: "occupiedEnabled",
    userType: "unrestricted",
  },
  confidence: "confirmed",
} as const;
const empty = { content: { kind: "empty" }, confidence: "confirmed" } as const;
const view = aView({});

function details(effects: Effects | null) {
  return (effects?.journal ?? []).map((entry) => entry.kind === "event" && entry.detail);
}

describe("the completion of an activity", () => {
  it("is reported once when the lock holds the code, and the slot records the revision", () => {
    const password = aPassword({ revision: 4 });
    const effects = completion.done(view, password, aSlot({ ...assigned, appliedRevision: 4 }), 0);
    assert.deepEqual(details(effects), [{ password_id: 1, operation: 1, operation_stage: 3 }]);
    assert.equal(effects?.slots?.[0]?.appliedRevision, 4);
    const done = aPassword({ revision: 4, operationStage: "done" });
    assert.equal(completion.done(view, done, aSlot({ ...assigned, appliedRevision: 4 }), 0), null);
  });

  it("clears what the slot recorded of refusals and of a late revocation", () => {
    const slot = aSlot({
      ...assigned,
      appliedRevision: 1,
      refusals: 2,
      parkedRevision: 1,
      overdueToldAtMs: 5,
      overwrite: "tried",
      mayDiffer: true,
    });
    const after = completion.done(view, aPassword({ operationStage: "done" }), slot, 0)?.slots?.[0];
    assert.deepEqual(
      [after?.refusals, after?.parkedRevision, after?.overdueToldAtMs, after?.mayDiffer],
      [0, null, null, false],
    );
    assert.equal(after?.overwrite, null);
  });

  it("forgets an earlier overwrite if the code waits in the lock for its window", () => {
    const slot = aSlot({ ...assigned, overwrite: "tried", refusals: 3, mayDiffer: true });
    const after = completion.preloaded(aPassword({ revision: 2 }), slot)?.slots?.[0];
    assert.deepEqual(
      [after?.overwrite, after?.refusals, after?.appliedRevision, after?.mayDiffer],
      [null, 0, 2, false],
    );
  });

  it("waits for the begin of the window; before it the activity is in progress", () => {
    const password = aPassword({ window: { beginMs: 100, endMs: null, weekly: null } });
    assert.equal(completion.done(view, password, aSlot(empty), 0), null);
  });

  it("removes a deleted password and frees its slot in one batch", () => {
    const password = aPassword({ isDeleted: true, operation: "delete", revision: 2 });
    const slot = aSlot({ ...empty, appliedRevision: 1, attemptedRevision: 1, mayDiffer: true });
    const effects = completion.done(view, password, slot, 0);
    assert.deepEqual(effects?.removedPasswords, [1]);
    assert.deepEqual(details(effects), [{ password_id: 1, operation: 2, operation_stage: 3 }]);
    const free = effects?.slots?.[0];
    assert.deepEqual(
      [free?.holder, free?.appliedRevision, free?.attemptedRevision, free?.mayDiffer],
      [null, 0, 0, false],
    );
  });

  it("is a failure if the window was over before the lock had the code", () => {
    const password = aPassword({ window: { beginMs: 0, endMs: 10, weekly: null } });
    const never = completion.done(view, password, aSlot(empty), 20);
    assert.deepEqual(details(never), [
      { password_id: 1, operation: 1, operation_stage: 2, reason: "expired" },
    ]);
    assert.equal(never?.passwords?.[0]?.userId, null);
    const applied = completion.done(view, password, aSlot({ ...empty, appliedRevision: 1 }), 20);
    assert.deepEqual(details(applied), [{ password_id: 1, operation: 1, operation_stage: 3 }]);
  });

  it("frees the slot of a used one-time password and keeps its record listed", () => {
    const password = aPassword({ isOneTime: true, consumedAtMs: 5, operationStage: "done" });
    const effects = completion.done(view, password, aSlot({ ...empty, appliedRevision: 1 }), 20);
    assert.equal(effects?.passwords?.[0]?.userId, null);
    assert.equal(effects?.slots?.[0]?.holder, null);
    assert.deepEqual(details(effects), []);
  });

  it("needs no slot if the password is frozen or over", () => {
    const frozen = aPassword({ userId: null, isFrozen: true, operation: "freeze" });
    assert.deepEqual(details(completion.without(frozen, 0)), [
      { password_id: 1, operation: 4, operation_stage: 3 },
    ]);
    const gone = aPassword({ userId: null, isDeleted: true, operation: "delete" });
    assert.deepEqual(completion.without(gone, 0)?.removedPasswords, [1]);
    assert.equal(completion.without(aPassword({ userId: null }), 0), null);
  });

  it("gives a slot to a password without the previous password's revisions and refusals", () => {
    const old = aSlot({
      ...empty,
      holder: null,
      refusals: 2,
      parkedRevision: 1,
      attemptedRevision: 3,
      appliedRevision: 3,
    });
    const place = { userId: 1, nowMs: 5_000 };
    const effects = completion.withSlot(
      aView({ slots: [old] }),
      aPassword({ userId: null }),
      place,
    );
    const slot = effects.slots?.[0];
    assert.equal(slot?.heldSinceMs, 5_000);
    assert.equal(slot?.holder, 1);
    assert.deepEqual(
      [slot?.refusals, slot?.parkedRevision, slot?.attemptedRevision, slot?.appliedRevision],
      [0, null, 0, 0],
    );
    assert.deepEqual(slot?.content, { kind: "empty" });
  });

  it("takes the slot of a foreign code away from the password", () => {
    const effects = completion.withoutSlot(aPassword(), aSlot({ ...assigned, mayDiffer: true }));
    assert.equal(effects.passwords?.[0]?.userId, null);
    const slot = effects.slots?.[0];
    assert.deepEqual([slot?.holder, slot?.mayDiffer], [null, false]);
    assert.equal(slot?.content.kind, "occupied");
  });
});

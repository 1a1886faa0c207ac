import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { KeypadEdits } from "../../../../../daemon/core/keypad/keypad-edits.ts";
import { administratorId, type PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import type { SlotContent, SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import { applyOutcome } from "../../../../../daemon/core/outcome/outcome.ts";
import { aPassword, aSlot, aView } from "../../../../support/records.ts";

const nowMs = 1_000_000;
const holds = (mark: string): Exclude<SlotContent, { kind: "unknown" }> => ({
  kind: "occupied",
  mark,
  userStatus: "occupiedEnabled",
  userType: "unrestricted",
});
const empty = { kind: "empty" } as const;
const tenant = aPassword({ operationStage: "done" });
const slot = aSlot({
  copied: holds("123456"),
  appliedRevision: 1,
  attemptedRevision: 1,
});

/** Returns the effects of the first read of a slot after its record came from a backup. */
function read(
  content: Exclude<SlotContent, { kind: "unknown" }>,
  given: {
    readonly slot?: SlotRecord;
    readonly holder?: PasswordRecord;
    readonly keypadEdits?: KeypadEdits;
  } = {},
) {
  const { slot: known = slot, holder = tenant, keypadEdits = "keep" } = given;
  const view = aView({ passwords: [holder], slots: [known] });
  const effects = applyOutcome({
    lock: view.lock,
    slot: known,
    holder,
    sent: { revision: holder.revision, mark: holder.code?.mark ?? null },
    operation: { name: "getPinCode", userId: known.userId },
    outcome: { kind: "read", content, code: null },
    nowMs,
    view,
    keypadEdits,
  });
  const events = (effects.journal ?? []).map((entry) =>
    entry.kind === "event"
      ? [entry.event, entry.detail?.["expected"], entry.detail?.["found"]]
      : [],
  );
  return { effects, events, slot: effects.slots?.[0], password: effects.passwords?.[0] };
}

describe("a slot of a restored backup", () => {
  it("is confirmed without an event if it has the content that the backup says", () => {
    const { events, slot: after } = read(holds("123456"));
    assert.deepEqual(events, []);
    assert.deepEqual(
      [after?.confidence, after?.copied, after?.holder],
      ["confirmed", undefined, 1],
    );
  });

  for (const keypadEdits of ["keep", "revert", "ask"] as const) {
    it(`counts a tenant whose code is missing as revoked, under ${keypadEdits}`, () => {
      const { events, slot: after, password } = read(empty, { keypadEdits });
      assert.deepEqual(events[0], ["slotDrift", "enabled", "empty"]);
      assert.equal(events[1]?.[0], "pwdOperation");
      assert.deepEqual(
        [password?.userId, password?.operationStage, password?.failure],
        [null, "failed", "lost"],
      );
      assert.deepEqual([after?.holder, after?.content], [null, empty]);
    });

    it(`publishes another code in the slot and leaves it unmanaged, under ${keypadEdits}`, () => {
      const { events, slot: after, password } = read(holds("777777"), { keypadEdits });
      assert.deepEqual(events[0], ["slotDrift", "enabled", "otherCode"]);
      assert.deepEqual([password?.userId, password?.failure], [null, "lost"]);
      assert.deepEqual([after?.holder, after?.content], [null, holds("777777")]);
    });
  }

  it("has a managed code if latchd was setting it when the backup was made", () => {
    const holder = { ...tenant, code: { box: "", mark: "222222" }, revision: 2 };
    const { events, slot: after } = read(holds("222222"), { holder });
    assert.deepEqual([after?.holder, events.map(([name]) => name)], [1, ["slotDrift"]]);
  });

  it("proves nothing if the lock hides the code", () => {
    const hidden = { ...holds(""), mark: null };
    assert.deepEqual(read(hidden).events, []);
  });

  it("keeps the code that is in the slot of an ended password by now", () => {
    const holder = { ...tenant, isDeleted: true };
    const { slot: after, password } = read(holds("777777"), { holder });
    assert.deepEqual([after?.holder, password?.userId, password?.failure], [null, null, null]);
  });

  it("keeps the administrator's password, whose code is set again", () => {
    const holder = { ...tenant, id: administratorId };
    const { slot: after, password } = read(empty, {
      holder,
      slot: { ...slot, holder: administratorId },
    });
    assert.deepEqual([after?.holder, password?.operationStage], [administratorId, "inProgress"]);
  });

  it("stays frozen if the code was disabled after the backup was made", () => {
    const disabled = { ...holds("123456"), userStatus: "occupiedDisabled" } as const;
    assert.equal(read(disabled).password?.isFrozen, true);
  });

  it("is compared with nothing once the backup's content does not count any more", () => {
    const { copied: _old, ...plain } = slot;
    assert.deepEqual(read(empty, { slot: plain }).events, []);
  });
});

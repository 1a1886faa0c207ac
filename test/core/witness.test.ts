import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LockEvent } from "../../daemon/core/lock-event.ts";
import { confirmedBy, isWitnessOf } from "../../daemon/core/witness.ts";
import { aSlot } from "../support/records.ts";

const event: Extract<LockEvent, { kind: "programmingEvent" }> = {
  kind: "programmingEvent",
  source: "rf",
  code: "pinCodeAdded",
  userId: 1,
  pinCode: null,
  userType: "unrestricted",
  userStatus: "occupiedEnabled",
  localSeconds: null,
};
const set = { name: "setPinCode", userId: 1, userStatus: "occupiedEnabled" } as const;
const slot = aSlot({
  content: {
    kind: "occupied",
    mark: "123456",
    userStatus: "occupiedEnabled",
    userType: "unrestricted",
  },
});

describe("an event over what was programmed by radio", () => {
  it("stands for the answer to the write that is under way", () => {
    assert.equal(isWitnessOf(event, set, "123456", null), true);
    assert.equal(isWitnessOf(event, set, "123456", "123456"), true);
    const cleared = { ...event, code: "pinCodeDeleted" } as const;
    assert.equal(isWitnessOf(cleared, { name: "clearPinCode", userId: 1 }, null, null), true);
  });

  it("does not when it is of another slot, another code, another status or a person's", () => {
    assert.equal(isWitnessOf({ ...event, userId: 2 }, set, "123456", null), false);
    assert.equal(isWitnessOf(event, set, "123456", "654321"), false);
    const disabled = { ...event, userStatus: "occupiedDisabled" } as const;
    assert.equal(isWitnessOf(disabled, set, "123456", null), false);
    assert.equal(isWitnessOf({ ...event, source: "keypad" }, set, "123456", null), false);
  });

  it("confirms what the lock had accepted, and nothing else", () => {
    assert.equal(confirmedBy(event, slot, "123456", 7)?.confidence, "confirmed");
    assert.equal(confirmedBy(event, slot, "654321", 7), null);
    assert.equal(confirmedBy({ ...event, code: "pinCodeDeleted" }, slot, null, 7), null);
    assert.equal(confirmedBy(event, { ...slot, holder: null }, "123456", 7), null);
    const doubtful = { ...slot, content: { kind: "unknown" } } as const;
    assert.equal(confirmedBy(event, doubtful, "123456", 7), null);
  });
});

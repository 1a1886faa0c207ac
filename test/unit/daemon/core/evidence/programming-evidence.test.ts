import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  confirmedBy,
  provesOperation,
} from "../../../../../daemon/core/evidence/programming-evidence.ts";
import type { LockRecord } from "../../../../../daemon/core/model/lock.ts";
import type { LockEvent } from "../../../../../daemon/core/model/lock-event.ts";
import { aLock, aSlot, someCapabilities } from "../../../../support/records.ts";

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

describe("an event about a write over the radio", () => {
  it("counts as the answer to the write in progress", () => {
    assert.equal(provesOperation(event, set, "123456", null), true);
    assert.equal(provesOperation(event, set, "123456", "123456"), true);
    const cleared = { ...event, code: "pinCodeDeleted" } as const;
    assert.equal(provesOperation(cleared, { name: "clearPinCode", userId: 1 }, null, null), true);
  });

  it("proves nothing if it is about another slot, code or status, or about a person's edit", () => {
    assert.equal(provesOperation({ ...event, userId: 2 }, set, "123456", null), false);
    assert.equal(provesOperation(event, set, "123456", "654321"), false);
    const disabled = { ...event, userStatus: "occupiedDisabled" } as const;
    assert.equal(provesOperation(disabled, set, "123456", null), false);
    assert.equal(provesOperation({ ...event, source: "keypad" }, set, "123456", null), false);
  });

  it("confirms what the lock accepted, and nothing else", () => {
    const lock = aLock();
    const known = { lock, slot };
    assert.equal(confirmedBy(event, known, "123456", 7)?.confidence, "confirmed");
    assert.equal(confirmedBy(event, known, "654321", 7), null);
    assert.equal(confirmedBy({ ...event, code: "pinCodeDeleted" }, known, null, 7), null);
    assert.equal(confirmedBy(event, { lock, slot: { ...slot, holder: null } }, "123456", 7), null);
    const doubtful = { ...slot, content: { kind: "unknown" } } as const;
    assert.equal(confirmedBy(event, { lock, slot: doubtful }, "123456", 7), null);
  });

  it("proves the slot free of our codes after a clear, unless another write is in progress", () => {
    const cleared = { ...event, code: "pinCodeDeleted" } as const;
    const emptied = { ...slot, content: { kind: "empty" }, attemptedRevision: 2 } as const;
    const after = (changes: { readonly mayDiffer: boolean }) =>
      confirmedBy(cleared, { lock: aLock(), slot: { ...emptied, ...changes } }, null, 7);
    assert.equal(after({ mayDiffer: false })?.attemptedRevision, 0);
    assert.equal(after({ mayDiffer: true })?.attemptedRevision, 2);
  });

  it("does not confirm a set if only a read shows which schedules bind the user", () => {
    const withWeeks = (pinReadBack: "readable" | "masked" | "silent") =>
      aLock({ capabilities: someCapabilities({ weekDaySchedulesPerUser: 7, pinReadBack }) });
    const after = (lock: LockRecord) => confirmedBy(event, { lock, slot }, "123456", 7);
    assert.equal(after(withWeeks("readable")), null);
    assert.equal(after(withWeeks("masked")), null);
    assert.equal(after(withWeeks("silent"))?.confidence, "confirmed");
    const deleted = { ...event, code: "pinCodeDeleted" } as const;
    const empty = { lock: withWeeks("readable"), slot: aSlot({ content: { kind: "empty" } }) };
    assert.equal(confirmedBy(deleted, empty, null, 7)?.confidence, "confirmed");
  });
});

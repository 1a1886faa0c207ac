import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reduce } from "../../../../../daemon/core/event/reduce.ts";
import type { KeypadEdits } from "../../../../../daemon/core/keypad/keypad-edits.ts";
import type { Effects, LockView } from "../../../../../daemon/core/model/lock.ts";
import type { LockEvent } from "../../../../../daemon/core/model/lock-event.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { aCode, aPassword, aSlot, aView } from "../../../../support/records.ts";

type Programming = Extract<LockEvent, { kind: "programmingEvent" }>;

const assigned = aSlot({
  content: {
    kind: "occupied",
    mark: "123456",
    userStatus: "occupiedEnabled",
    userType: "unrestricted",
  },
  confidence: "confirmed",
  appliedRevision: 1,
  attemptedRevision: 1,
});
const tenant = aPassword({ operationStage: "done" });
const before = aView({ lock: { nextPasswordId: 4 }, passwords: [tenant], slots: [assigned] });

function take(
  changes: Partial<Programming>,
  digits: string | null,
  keypadEdits: KeypadEdits = "revert",
): Effects {
  return reduce({
    view: before,
    event: {
      kind: "programmingEvent",
      source: "keypad",
      code: "pinCodeAdded",
      userId: 1,
      pinCode: null,
      userType: "unrestricted",
      userStatus: "occupiedEnabled",
      localSeconds: null,
      ...changes,
    },
    time: { nowMs: 9_000, state: "synced" },
    code: digits === null ? null : aCode(digits),
    sealedFor: "password/keypad",
    keypadEdits,
  });
}

function next(effects: Effects) {
  const passwords = new Map(before.passwords.map((password) => [password.id, password]));
  for (const password of effects.passwords ?? []) passwords.set(password.id, password);
  for (const id of effects.removedPasswords ?? []) passwords.delete(id);
  const slots = new Map(before.slots);
  for (const slot of effects.slots ?? []) slots.set(slot.userId, slot);
  const view: LockView = {
    lock: effects.lock ?? before.lock,
    passwords: [...passwords.values()],
    slots,
  };
  const step = plan({ view, time: { nowMs: 9_000, state: "synced" }, blockedUntilMs: null });
  return step.kind === "perform" ? step.operation : step.kind;
}

const names = ({ journal }: Effects) =>
  (journal ?? []).map((entry) => (entry.kind === "event" ? entry.event : "reply"));

describe("a keypad edit under the policy to revert", () => {
  it("is published and undone if it made a new code", () => {
    const effects = take({ userId: 5 }, "777777");
    assert.deepEqual(names(effects), ["pwdAddLocal"]);
    assert.deepEqual(next(effects), { name: "clearPinCode", userId: 5 });
  });

  it("is undone if it changed a code: the wanted digits are set again", () => {
    const effects = take({ code: "pinCodeChanged" }, "777777");
    assert.deepEqual(names(effects), ["pwdUpdateLocal"]);
    const [event] = effects.journal ?? [];
    assert.ok(event?.kind === "event" && event.sealed?.[0]?.code.mark === "777777");
    assert.equal(event.detail?.["reverted"], 1);
    assert.equal(effects.passwords?.[0]?.code?.mark, "123456");
    const set = { name: "setPinCode", userId: 1, userStatus: "occupiedEnabled" };
    assert.deepEqual(next(effects), set);
  });

  it("is undone if it deleted a code", () => {
    const effects = take({ code: "pinCodeDeleted" }, null);
    assert.deepEqual(names(effects), ["pwdDelLocal"]);
    assert.deepEqual(effects.removedPasswords, []);
    const set = { name: "setPinCode", userId: 1, userStatus: "occupiedEnabled" };
    assert.deepEqual(next(effects), set);
  });
});

describe("a keypad edit under the policy to ask", () => {
  const ask = (changes: Partial<Programming>, digits: string | null) =>
    take(changes, digits, "ask");

  it("is published as such, and a new code is frozen until somebody agrees", () => {
    const effects = ask({ userId: 2 }, "4711");
    const [entry] = effects.journal ?? [];
    assert.ok(entry?.kind === "event" && entry.event === "pwdAddLocal");
    assert.equal(entry.detail?.["ask"], 1);
    const [made] = effects.passwords ?? [];
    assert.deepEqual(
      [made?.isFrozen, made?.operation, made?.operationStage],
      [true, "freeze", "inProgress"],
    );
    assert.deepEqual(next(effects), {
      name: "setUserStatus",
      userId: 2,
      userStatus: "occupiedDisabled",
    });
  });

  it("freezes a changed code too, whether or not the lock reports its digits", () => {
    for (const digits of ["4711", null]) {
      const effects = ask({ code: "pinCodeChanged" }, digits);
      const [changed] = effects.passwords ?? [];
      assert.deepEqual([changed?.id, changed?.isFrozen], [1, true]);
    }
  });

  it("leaves a deleted code deleted", () => {
    const effects = ask({ code: "pinCodeDeleted" }, null);
    assert.deepEqual(effects.removedPasswords, [1]);
    const [entry] = effects.journal ?? [];
    assert.ok(entry?.kind === "event" && entry.event === "pwdDelLocal");
    assert.equal(entry.detail?.["ask"], 1);
  });
});

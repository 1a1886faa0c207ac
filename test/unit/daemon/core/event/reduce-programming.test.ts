import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reduce } from "../../../../../daemon/core/event/reduce.ts";
import type { Effects, LockView } from "../../../../../daemon/core/model/lock.ts";
import type { LockEvent } from "../../../../../daemon/core/model/lock-event.ts";
import { administratorId } from "../../../../../daemon/core/model/password.ts";
import type { SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import { isForeign } from "../../../../../daemon/core/plan/plan-work.ts";
import { aCode, aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

type Programming = Extract<LockEvent, { kind: "programmingEvent" }>;

function take(view: LockView, changes: Partial<Programming>, digits: string | null = null) {
  return reduce({
    view,
    event: {
      kind: "programmingEvent",
      source: "keypad",
      code: "pinCodeAdded",
      userId: 5,
      pinCode: null,
      userType: "unrestricted",
      userStatus: "occupiedEnabled",
      localSeconds: null,
      ...changes,
    },
    time: { nowMs: 9_000, state: "synced" },
    code: digits === null ? null : aCode(digits),
    sealedFor: "password/keypad",
  });
}

function entries(effects: Effects) {
  return (effects.journal ?? []).map((entry) =>
    entry.kind === "event" ? { event: entry.event, detail: entry.detail } : null,
  );
}

const stored = (digits: string) =>
  ({
    content: {
      kind: "occupied",
      mark: digits,
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    },
    confidence: "confirmed",
    appliedRevision: 1,
    attemptedRevision: 1,
  }) as const;

const tenant = aPassword({ operationStage: "done" });
const withTenant = aView({ passwords: [tenant], slots: [aSlot(stored("123456"))] });
const silentAboutCodes = { capabilities: someCapabilities({ pinReadBack: "masked" }) };

describe("a code added at the keypad", () => {
  it("becomes a permanent password and is published with its sealed digits", () => {
    const effects = take(aView({ lock: { nextPasswordId: 4 } }), {}, "777777");
    const [password] = effects.passwords ?? [];
    assert.deepEqual(
      [password?.id, password?.origin, password?.userId, password?.operationStage],
      [4, "keypad", 5, "done"],
    );
    assert.equal(effects.lock?.nextPasswordId, 5);
    const [slot] = effects.slots ?? [];
    assert.deepEqual([slot?.userId, slot?.holder, slot?.mayDiffer], [5, 4, false]);
    const [reported] = effects.journal ?? [];
    assert.ok(reported?.kind === "event" && reported.event === "pwdAddLocal");
    assert.deepEqual(reported.detail, { password: { id: 4, password: null } });
    assert.deepEqual(reported.sealed?.[0]?.code, aCode("777777"));
  });

  it("is published without digits if the lock hides them for good", () => {
    const effects = take(aView({ lock: silentAboutCodes }), { pinCode: "masked" });
    const [reported] = effects.journal ?? [];
    assert.ok(reported?.kind === "event" && reported.event === "pwdAddLocal");
    assert.equal(reported.sealed, undefined);
    assert.equal(effects.slots?.[0]?.localEdit, null);
  });

  it("is published after a read if its digits are readable", () => {
    const effects = take(aView({}), { pinCode: "masked" });
    assert.deepEqual(effects.journal, []);
    assert.equal(effects.slots?.[0]?.localEdit, "added");
    assert.deepEqual(effects.slots?.[0]?.content, { kind: "unknown" });
  });

  it("gets the slot of a password whose code was never in it", () => {
    const waiting = aPassword({ userId: 5 });
    const view = aView({
      passwords: [waiting],
      slots: [aSlot({ userId: 5, content: { kind: "empty" } })],
      lock: { nextPasswordId: 2 },
    });
    const effects = take(view, {}, "777777");
    assert.deepEqual(
      effects.passwords?.map(({ id, userId }) => [id, userId]),
      [
        [1, null],
        [2, 5],
      ],
    );
    assert.equal(effects.slots?.[0]?.holder, 2);
  });

  it("is not published if it was latchd's own write", () => {
    assert.deepEqual(entries(take(withTenant, { source: "rf", userId: 1 })), []);
  });
});

describe("a code changed at the keypad", () => {
  it("becomes a new revision, is published, and is not reverted", () => {
    const effects = take(withTenant, { userId: 1, code: "pinCodeChanged" }, "777777");
    const [password] = effects.passwords ?? [];
    assert.deepEqual(password?.code, aCode("777777"));
    assert.equal(password?.revision, 2);
    assert.equal(password?.sealedFor, "password/keypad");
    assert.equal(effects.slots?.[0]?.appliedRevision, 2);
    assert.equal(entries(effects)[0]?.event, "pwdUpdateLocal");
  });

  it("is published once, however often the event arrives", () => {
    assert.deepEqual(
      entries(take(withTenant, { userId: 1, code: "pinCodeChanged" }, "123456")),
      [],
    );
  });

  it("counts as an addition in the slot of an unmanaged code", () => {
    const view = aView({ slots: [aSlot({ userId: 5, holder: null, ...stored("1111") })] });
    const effects = take(view, { code: "pinCodeChanged" }, "777777");
    assert.equal(entries(effects)[0]?.event, "pwdAddLocal");
  });

  it("is the administrator's if it is the master code in the administrator's slot, and ignored otherwise", () => {
    const administrator = aPassword({ id: administratorId, operationStage: "done" });
    const view = aView({
      passwords: [administrator],
      slots: [aSlot({ holder: administratorId, ...stored("123456") })],
    });
    const shared = take(view, { code: "masterCodeChanged", userId: 1 }, "777777");
    assert.deepEqual(shared.passwords?.[0]?.code, aCode("777777"));
    assert.equal(entries(shared)[0]?.event, "pwdUpdateLocal");
    assert.deepEqual(take(view, { code: "masterCodeChanged", userId: 0 }, "777777"), {});
  });

  it("puts every slot in doubt if the event names none", () => {
    for (const userId of [null, "all"] as const) {
      const effects = take(withTenant, { code: "pinCodeChanged", userId });
      assert.deepEqual(effects.slots?.[0]?.content, { kind: "unknown" });
      assert.deepEqual(entries(effects), []);
    }
  });
});

describe("a code deleted at the keypad", () => {
  const deleted = { code: "pinCodeDeleted", pinCode: null } as const;

  it("removes its password and is published", () => {
    const effects = take(withTenant, { ...deleted, userId: 1 });
    assert.deepEqual(effects.removedPasswords, [1]);
    assert.deepEqual(entries(effects), [{ event: "pwdDelLocal", detail: { password: { id: 1 } } }]);
    assert.deepEqual(effects.slots?.[0]?.content, { kind: "empty" });
    assert.equal(effects.slots?.[0]?.holder, null);
  });

  it("counts once, because an empty slot cannot be cleared", () => {
    const view = aView({ slots: [aSlot({ holder: null, content: { kind: "empty" } })] });
    assert.deepEqual(entries(take(view, { ...deleted, userId: 1 })), []);
  });

  it("removes all passwords with a code on the lock, and none without one, if it concerns all users", () => {
    const waiting = aPassword({ id: 2, userId: 2 });
    const view = aView({
      passwords: [tenant, waiting],
      slots: [aSlot(stored("123456")), aSlot({ userId: 2, holder: 2 })],
    });
    const effects = take(view, { ...deleted, userId: "all" });
    assert.deepEqual(effects.removedPasswords, [1]);
    assert.deepEqual(
      effects.slots?.map(({ userId, holder, content }) => [userId, holder, content.kind]),
      [
        [1, null, "empty"],
        [2, 2, "empty"],
      ],
    );
  });

  it("is set again by the plan if it was the administrator's", () => {
    const view = aView({
      passwords: [aPassword({ id: administratorId })],
      slots: [aSlot({ holder: administratorId, ...stored("123456") })],
    });
    const effects = take(view, { ...deleted, userId: "all" });
    assert.deepEqual(effects.removedPasswords, []);
    assert.equal(effects.slots?.[0]?.holder, administratorId);
  });

  it("does not make the administrator's code unmanaged if the event is repeated after the code was set again", () => {
    const administrator = aPassword({ id: administratorId });
    const back = aSlot({ holder: administratorId, ...stored("123456") });
    const view = aView({ passwords: [administrator], slots: [back] });
    const [slot] = take(view, { ...deleted, userId: 1 }).slots ?? [];
    assert.ok(slot !== undefined);
    const masked = { kind: "occupied", mark: null, userStatus: "occupiedEnabled" } as const;
    const shown: SlotRecord = { ...slot, content: { ...masked, userType: "unrestricted" } };
    assert.equal(isForeign(administrator, shown), false);
  });

  it("has every slot read again if it names user 0 or nobody, which may mean all users", () => {
    for (const userId of [0, null]) {
      const effects = take(withTenant, { ...deleted, userId });
      assert.deepEqual(entries(effects), []);
      assert.equal(effects.removedPasswords, undefined);
      assert.deepEqual(effects.slots?.[0]?.content, { kind: "unknown" });
    }
  });

  it("completes the command that was deleting it", () => {
    const password = aPassword({ isDeleted: true, operation: "delete", revision: 2 });
    const view = aView({ passwords: [password], slots: [aSlot(stored("123456"))] });
    assert.deepEqual(entries(take(view, { ...deleted, userId: 1 })), [
      { event: "pwdOperation", detail: { password_id: 1, operation: 2, operation_stage: 3 } },
    ]);
  });

  it("fails a change that was in progress", () => {
    const password = aPassword({ operation: "update", revision: 2 });
    const view = aView({ passwords: [password], slots: [aSlot(stored("123456"))] });
    assert.deepEqual(entries(take(view, { ...deleted, userId: 1 })), [
      {
        event: "pwdOperation",
        detail: { password_id: 1, operation: 3, operation_stage: 2, reason: "lost" },
      },
      { event: "pwdDelLocal", detail: { password: { id: 1 } } },
    ]);
  });
});

describe("programming of other things", () => {
  it("does not change the passwords", () => {
    for (const code of ["rfidCodeAdded", "rfidCodeDeleted", "unknown"] as const) {
      assert.deepEqual(take(withTenant, { code, userId: 1 }), {});
    }
  });

  it("proves that the lock sends programming events", () => {
    const view = aView({ lock: { capabilities: someCapabilities({ programmingEvents: "no" }) } });
    const effects = take(view, { code: "rfidCodeAdded" });
    assert.equal(effects.lock?.capabilities.programmingEvents, "yes");
  });
});

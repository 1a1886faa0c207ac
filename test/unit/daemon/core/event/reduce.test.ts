import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openingGraceMs, overdueOpeningEffects } from "../../../../../daemon/core/event/opening.ts";
import { aPassword, aSlot, aView } from "../../../../support/records.ts";
import { operation, published, take, withTenant } from "./event-room.ts";

const unlocked = { kind: "lockState", lockState: "unlocked" } as const;
const locked = { kind: "lockState", lockState: "locked" } as const;

describe("an opening", () => {
  it("is one history row with the user, the method and the time", () => {
    const [row] = take(withTenant(), operation("unlock", 1), 5_000).journal ?? [];
    assert.deepEqual(row?.kind === "event" && row.detail, {
      eventid: 1,
      time: 5_000,
      source: 2,
      method: "keypad",
      unlock_id: "3-1",
      sourceid: 1,
      source_name: "a tenant",
    });
  });

  it("is one history row, whether the state report or the event arrives first", () => {
    const event = operation("unlock", 1);
    for (const order of [
      [[event, 1_000] as const, [unlocked, 1_100] as const],
      [[unlocked, 1_000] as const, [event, 1_100] as const],
    ]) {
      const { names, now } = published(withTenant(), ...order);
      assert.deepEqual(names, ["lockerOpenAlarm"]);
      assert.equal(overdueOpeningEffects(now, 1e9), null);
      assert.equal(now.lock.lockState, "unlocked");
    }
  });

  it("becomes a history row without a holder if only the state reports it and the event is overdue", () => {
    const { names, now } = published(withTenant(), [unlocked, 1_000]);
    assert.deepEqual(names, []);
    assert.equal(overdueOpeningEffects(now, 1_000 + openingGraceMs - 1), null);
    const late = overdueOpeningEffects(now, 1_000 + openingGraceMs);
    assert.deepEqual(late?.journal[0]?.detail, {
      eventid: 1,
      time: 1_000,
      source: 0,
      method: "indeterminate",
    });
    assert.equal(late?.lock.openingPendingAtMs, null);
  });

  it("keeps its time if the gateway starts with a time that is behind it, and waits for no event", () => {
    const { now } = published(withTenant(), [unlocked, 600_000]);
    const late = overdueOpeningEffects(now, 1_000);
    assert.equal(late?.journal[0]?.detail?.["time"], 600_000);
    assert.equal(late?.lock.openingPendingAtMs, null);
  });

  it("is not lost if another opening follows before its event", () => {
    const { names, now } = published(
      withTenant(),
      [unlocked, 1_000],
      [locked, 2_000],
      [unlocked, 3_000],
    );
    assert.deepEqual(names, ["lockerOpenAlarm"]);
    assert.equal(now.lock.openingPendingAtMs, 3_000);
    assert.equal(now.lock.openedAtMs, 1_000);
  });

  it("names a holder only for a code at the keypad", () => {
    for (const source of ["rf", "manual", "rfid"] as const) {
      const [row] = take(withTenant(), operation("unlock", 1, source)).journal ?? [];
      assert.ok(row?.kind === "event");
      assert.equal(row.detail?.["sourceid"], undefined, source);
    }
    const [nobody] = take(withTenant(), operation("manualUnlock", null, "manual")).journal ?? [];
    assert.ok(nobody?.kind === "event");
    assert.deepEqual(nobody.detail?.["source"], 5);
  });

  it("raises the alarm before the history row if it is under duress", () => {
    const { names } = published(withTenant({ isDuress: true }), [operation("unlock", 1), 1]);
    assert.deepEqual(names, ["duressAlarm", "lockerOpenAlarm"]);
  });

  it("is published as `outOfWindowOpen` if it is outside the window", () => {
    const view = withTenant({ window: { beginMs: null, endMs: 500, weekly: null } });
    const { names } = published(view, [operation("unlock", 1), 1_000]);
    assert.deepEqual(names, ["lockerOpenAlarm", "outOfWindowOpen"]);
  });

  it("consumes a one-time password in the same batch", () => {
    const view = withTenant({ isOneTime: true });
    const effects = take(view, operation("unlock", 1), 7_000);
    assert.equal(effects.passwords?.[0]?.consumedAtMs, 7_000);
    assert.equal(effects.passwords?.[0]?.revision, 2);
    assert.equal(effects.slots?.[0]?.mayDiffer, true);
    const { names } = published(
      view,
      [operation("unlock", 1), 7_000],
      [operation("unlock", 1), 8_000],
    );
    assert.deepEqual(names, ["lockerOpenAlarm", "lockerOpenAlarm", "outOfWindowOpen"]);
  });

  it("counts the openings of a password with a limit of openings, and consumes it with the last", () => {
    const view = withTenant({ uses: { limit: 2, count: 0 } });
    const first = take(view, operation("unlock", 1), 7_000);
    const [counted] = first.passwords ?? [];
    assert.deepEqual(
      [counted?.uses?.count, counted?.consumedAtMs, first.slots],
      [1, null, undefined],
    );
    const last = take(withTenant({ uses: { limit: 2, count: 1 } }), operation("unlock", 1), 8_000);
    const [consumed] = last.passwords ?? [];
    assert.deepEqual(
      [consumed?.uses?.count, consumed?.consumedAtMs, consumed?.revision],
      [2, 8_000, 2],
    );
    assert.equal(last.slots?.[0]?.mayDiffer, true);
  });

  it("consumes a one-time password also outside its window", () => {
    const view = withTenant({ isOneTime: true, isFrozen: true });
    const effects = take(view, operation("unlock", 1), 7_000);
    assert.equal(effects.passwords?.[0]?.consumedAtMs, 7_000);
    assert.equal(effects.slots?.[0]?.content.kind, "unknown");
  });

  it("has no holder if the code of the slot's password was never in it", () => {
    const view = aView({
      passwords: [aPassword({ isOneTime: true })],
      slots: [aSlot({ content: { kind: "empty" } })],
    });
    const effects = take(view, operation("unlock", 1), 7_000);
    assert.equal(effects.passwords, undefined);
    assert.equal(JSON.stringify(effects.journal).includes("sourceid"), false);
  });

  it("is not reported by notFullyLocked", () => {
    const event = { kind: "lockState", lockState: "notFullyLocked" } as const;
    const { names, now } = published(withTenant(), [event, 1]);
    assert.deepEqual(names, []);
    assert.equal(now.lock.openingPendingAtMs, null);
  });

  it("proves that the lock sends operation events", () => {
    const view = aView({
      lock: { capabilities: { ...aView({}).lock.capabilities, operationEvents: "unknown" } },
    });
    assert.equal(take(view, operation("lock")).lock?.capabilities.operationEvents, "yes");
  });
});

describe("wrong codes", () => {
  const wrong = operation("unlockFailurePinId");

  it("raise one alarm for three in a series", () => {
    const { names } = published(aView({}), [wrong, 1], [wrong, 2], [wrong, 3], [wrong, 4]);
    assert.deepEqual(names, ["wrongPwdAlarm"]);
  });

  it("begin a new series after an opening", () => {
    const { names } = published(
      withTenant(),
      [wrong, 1],
      [wrong, 2],
      [operation("unlock", 1), 3],
      [wrong, 4],
      [wrong, 5],
    );
    assert.deepEqual(names, ["lockerOpenAlarm"]);
  });

  it("raise the same alarm once if the lock counts them itself", () => {
    const limit = { kind: "alarm", alarm: "wrongCodeEntryLimit" } as const;
    const { names } = published(aView({}), [wrong, 1], [wrong, 2], [wrong, 3], [limit, 4]);
    assert.deepEqual(names, ["wrongPwdAlarm"]);
    assert.deepEqual(published(aView({}), [limit, 4]).names, ["wrongPwdAlarm"]);
  });
});

describe("a user whom the lock refuses by its schedule", () => {
  it("is a history row with the user, the method and the reason, and never an opening", () => {
    for (const code of ["unlockFailureSchedule", "lockFailureSchedule"] as const) {
      const effects = take(withTenant(), operation(code, 1), 5_000);
      const [row] = effects.journal ?? [];
      assert.ok(row?.kind === "event");
      assert.equal(row.event, "accessRefused");
      assert.deepEqual(row.detail, {
        eventid: 2,
        time: 5_000,
        source: 2,
        method: "keypad",
        unlock_id: "3-1",
        sourceid: 1,
        source_name: "a tenant",
        reason: "schedule",
      });
      assert.equal(effects.lock?.openedAtMs ?? null, null);
    }
  });

  it("is published as a user without access if the lock says so", () => {
    const [row] = take(aView({}), operation("nonAccessUser", 9)).journal ?? [];
    assert.ok(row?.kind === "event");
    assert.equal(row.detail?.["reason"], "nonAccessUser");
    assert.equal(row.detail["source_name"], "unknown user 9");
  });

  it("is no wrong code", () => {
    const refused = operation("unlockFailureSchedule", 1);
    const { names } = published(withTenant(), [refused, 1], [refused, 2], [refused, 3]);
    assert.deepEqual(names, ["accessRefused", "accessRefused", "accessRefused"]);
  });
});

describe("an opening by an unmanaged user", () => {
  it("names the user number as text", () => {
    const [row] = take(aView({}), operation("unlock", 9)).journal ?? [];
    assert.ok(row?.kind === "event");
    assert.equal(row.detail?.["source_name"], "unknown user 9");
    assert.equal(row.detail["sourceid"], undefined);
  });

  it("names no user if nobody used a code", () => {
    for (const source of ["manual", "rf", "indeterminate"] as const) {
      const [row] = take(aView({}), operation("unlock", 0, source)).journal ?? [];
      assert.ok(row?.kind === "event");
      assert.equal(row.detail?.["source_name"], undefined, source);
    }
  });
});

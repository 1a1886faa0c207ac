import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gapOf } from "../../../../../daemon/core/audit/audit.ts";
import { openingGraceMs, overdueOpeningEffects } from "../../../../../daemon/core/event/opening.ts";
import { offlineEffects, reduce } from "../../../../../daemon/core/event/reduce.ts";
import type { JournalEntry } from "../../../../../daemon/core/model/journal.ts";
import type { Effects, LockView } from "../../../../../daemon/core/model/lock.ts";
import type { LockEvent } from "../../../../../daemon/core/model/lock-event.ts";
import { aPassword, aSlot, aView } from "../../../../support/records.ts";

function take(view: LockView, event: LockEvent, nowMs = 1_000): Effects {
  return reduce({
    view,
    event,
    time: { nowMs, state: "synced" },
    code: null,
    sealedFor: "password/new",
  });
}

/** Returns the view after effects were written. */
function after(view: LockView, effects: Effects): LockView {
  const passwords = new Map(view.passwords.map((password) => [password.id, password]));
  for (const password of effects.passwords ?? []) passwords.set(password.id, password);
  const slots = new Map(view.slots);
  for (const slot of effects.slots ?? []) slots.set(slot.userId, slot);
  return { lock: effects.lock ?? view.lock, passwords: [...passwords.values()], slots };
}

/** Reduces events one after the other. @returns the published events. */
function told(view: LockView, ...events: readonly (readonly [LockEvent, number])[]) {
  const journal: JournalEntry[] = [];
  let now = view;
  for (const [event, nowMs] of events) {
    const effects = take(now, event, nowMs);
    journal.push(...(effects.journal ?? []));
    now = after(now, effects);
  }
  return { names: journal.map((entry) => (entry.kind === "event" ? entry.event : "reply")), now };
}

const operation = (
  code: Extract<LockEvent, { kind: "operationEvent" }>["code"],
  userId: number | null = null,
  source: Extract<LockEvent, { kind: "operationEvent" }>["source"] = "keypad",
) => ({ kind: "operationEvent", source, code, userId, localSeconds: null }) as const;
const unlocked = { kind: "lockState", lockState: "unlocked" } as const;
const locked = { kind: "lockState", lockState: "locked" } as const;

const held = {
  content: {
    kind: "occupied",
    mark: "123456",
    userStatus: "occupiedEnabled",
    userType: "unrestricted",
  },
  appliedRevision: 1,
  attemptedRevision: 1,
} as const;
const withTenant = (changes: Parameters<typeof aPassword>[0] = {}) =>
  aView({
    passwords: [aPassword({ operationStage: "done", ...changes })],
    slots: [aSlot({ ...held })],
  });

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
      const { names, now } = told(withTenant(), ...order);
      assert.deepEqual(names, ["lockerOpenAlarm"]);
      assert.equal(overdueOpeningEffects(now, 1e9), null);
      assert.equal(now.lock.lockState, "unlocked");
    }
  });

  it("becomes a history row without a holder if only the state reports it and the event is overdue", () => {
    const { names, now } = told(withTenant(), [unlocked, 1_000]);
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

  it("is not lost if another opening follows before its event", () => {
    const { names, now } = told(
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
    const { names } = told(withTenant({ isDuress: true }), [operation("unlock", 1), 1]);
    assert.deepEqual(names, ["duressAlarm", "lockerOpenAlarm"]);
  });

  it("is published as `outOfWindowOpen` if it is outside the window", () => {
    const view = withTenant({ window: { beginMs: null, endMs: 500, weekly: null } });
    const { names } = told(view, [operation("unlock", 1), 1_000]);
    assert.deepEqual(names, ["lockerOpenAlarm", "outOfWindowOpen"]);
  });

  it("consumes a one-time password in the same batch", () => {
    const view = withTenant({ isOneTime: true });
    const effects = take(view, operation("unlock", 1), 7_000);
    assert.equal(effects.passwords?.[0]?.consumedAtMs, 7_000);
    assert.equal(effects.passwords?.[0]?.revision, 2);
    assert.equal(effects.slots?.[0]?.mayDiffer, true);
    const { names } = told(view, [operation("unlock", 1), 7_000], [operation("unlock", 1), 8_000]);
    assert.deepEqual(names, ["lockerOpenAlarm", "lockerOpenAlarm", "outOfWindowOpen"]);
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
    const { names, now } = told(withTenant(), [event, 1]);
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
    const { names } = told(aView({}), [wrong, 1], [wrong, 2], [wrong, 3], [wrong, 4]);
    assert.deepEqual(names, ["wrongPwdAlarm"]);
  });

  it("begin a new series after an opening", () => {
    const { names } = told(
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
    const { names } = told(aView({}), [wrong, 1], [wrong, 2], [wrong, 3], [limit, 4]);
    assert.deepEqual(names, ["wrongPwdAlarm"]);
    assert.deepEqual(told(aView({}), [limit, 4]).names, ["wrongPwdAlarm"]);
  });
});

describe("an alarm or a state report", () => {
  it("has the lock's slots read again after a restart, once for a series of power cycles", () => {
    const cycled = { kind: "alarm", alarm: "rfModulePowerCycled" } as const;
    const reset = { kind: "alarm", alarm: "resetToFactory" } as const;
    const heldSince = (view: LockView) => gapOf(view.lock, 0);
    const first = told(aView({}), [cycled, 5_000]);
    assert.deepEqual([first.names, heldSince(first.now)], [[], 5_000]);
    assert.deepEqual(take(first.now, cycled, 64_999), {});
    assert.equal(heldSince(told(first.now, [cycled, 65_000]).now), 65_000);
    assert.equal(heldSince(told(first.now, [reset, 6_000]).now), 6_000);
  });

  it("is published as brokenAlarm with its cause after force, a lifted cover or a factory reset", () => {
    for (const alarm of ["doorForcedOpen", "frontEscutcheonRemoved", "resetToFactory"] as const) {
      const [entry] = take(aView({}), { kind: "alarm", alarm }).journal ?? [];
      assert.ok(entry?.kind === "event");
      assert.equal(entry.event, "brokenAlarm");
      assert.deepEqual(entry.detail, { cause: alarm });
    }
  });

  it("makes the state undefined after a jam, and is not published after a power cycle", () => {
    const jam = take(aView({}), { kind: "alarm", alarm: "deadboltJammed" });
    assert.equal(jam.lock?.lockState, "undefined");
    const cycled = take(aView({}), { kind: "alarm", alarm: "rfModulePowerCycled" });
    assert.equal(cycled.journal, undefined);
  });

  it("is published when the door state changes, not when it is repeated", () => {
    const forced = { kind: "doorState", doorState: "forcedOpen" } as const;
    assert.deepEqual(told(aView({}), [forced, 1], [forced, 2]).names, ["brokenAlarm"]);
    const jammed = { kind: "doorState", doorState: "jammed" } as const;
    assert.deepEqual(told(aView({}), [jammed, 1]).names, ["lockJammedAlarm"]);
  });

  it("follows the battery policy and keeps the percentage", () => {
    const battery = (percent: number) => ({ kind: "battery", percent }) as const;
    const { names, now } = told(
      aView({}),
      [battery(10), 1],
      [battery(10), 2],
      [battery(7), 3],
      [battery(4), 4],
      [battery(60), 5],
    );
    assert.deepEqual(names, ["batteryAlarm", "batteryAlarm", "batteryAlarm", "clearBattryAlarm"]);
    assert.equal(now.lock.batteryPercent, 60);
    assert.deepEqual(take(now, battery(60), 6), {});
  });

  it("counts as ten percent if the lock only reports a low battery", () => {
    const silent = aView({ lock: { batteryPercent: null, batteryAtMs: null } });
    const { names, now } = told(silent, [{ kind: "batteryLowAlarm" }, 1]);
    assert.deepEqual(names, ["batteryAlarm"]);
    assert.equal(now.lock.batteryPercent, 10);
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
    const { names } = told(withTenant(), [refused, 1], [refused, 2], [refused, 3]);
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

describe("a lock's link", () => {
  it("is published once when it is lost and once when it is back", () => {
    const view = aView({});
    const gone = offlineEffects(view.lock, 5);
    assert.deepEqual(
      gone.journal?.map((entry) => entry.kind === "event" && entry.event),
      ["lockOfflineAlarm"],
    );
    const away = after(view, gone);
    assert.deepEqual(offlineEffects(away.lock, 6), {});
    const { names, now } = told(away, [{ kind: "heard" }, 7], [{ kind: "heard" }, 8]);
    assert.deepEqual(names, ["clearLockOfflineAlarm"]);
    assert.equal(now.lock.onlineChangedAtMs, 7);
  });

  it("is not changed by a frame while it is well", () => {
    assert.deepEqual(take(aView({}), { kind: "heard" }), {});
  });

  it("ends its series of misses without an event if the lock was not offline", () => {
    const effects = take(aView({ lock: { missedOperations: 2 } }), { kind: "heard" });
    assert.equal(effects.lock?.missedOperations, 0);
    assert.equal(effects.journal, undefined);
  });
});

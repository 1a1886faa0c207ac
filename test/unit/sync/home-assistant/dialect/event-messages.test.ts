import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type {
  EventEntry,
  EventName,
  JournalRecord,
} from "../../../../../daemon/core/model/journal.ts";
import {
  type EventPlace,
  eventMessages,
  maxLateMs,
} from "../../../../../sync/home-assistant/dialect/event-messages.ts";
import { eventTypes } from "../../../../../sync/home-assistant/dialect/event-types.ts";
import { aLockId, aPassword } from "../../../../support/records.ts";

const atMs = 1_800_000_000_000;
const place: EventPlace = {
  baseTopic: "zigbee2mqtt",
  hasNames: false,
  nameOf: () => "Front door",
  passwordOf: (_lock, id) =>
    aPassword({ id, userId: 3, onlyUserId: 3, origin: "home_assistant", name: "Ann" }),
  stateOf: () => ({ state: "UNLOCK", battery: 97 }),
};

function record(event: EventName, detail: EventEntry["detail"] = null): JournalRecord {
  const entry: EventEntry = { kind: "event", event, lock: aLockId, detail };
  return { epoch: "e", seq: 1, id: "i", atMs, clock: "synced", entry, hash: "h" };
}

const opening = (more: object) =>
  record("lockerOpenAlarm", { eventid: 1, time: atMs, source: 2, method: "keypad", ...more });

/** Returns the bodies by their topics. */
function told(given: JournalRecord, at: EventPlace = place): Record<string, unknown> {
  const messages = eventMessages(given, at);
  assert.ok(
    messages.every(({ isRetained }) => !isRetained),
    "events are not retained",
  );
  return Object.fromEntries(messages.map(({ topic, body }) => [topic, JSON.parse(body)]));
}

describe("what Home Assistant hears of an opening", () => {
  it("is an action of Zigbee2MQTT with the slot of the code, and an event without a name", () => {
    const given = opening({ unlock_id: "3-5", sourceid: 7, source_name: "Ann" });
    assert.deepEqual(told(given), {
      "zigbee2mqtt/Front door": {
        state: "UNLOCK",
        battery: 97,
        action: "keypad_unlock",
        action_user: 5,
        action_source: 0,
        action_source_name: "keypad",
      },
      "zigbee2mqtt/Front door/event": {
        event_type: "keypad_unlock",
        method: "keypad",
        slot: 5,
        time: "2027-01-15T08:00:00.000Z",
      },
    });
  });

  it("has the name of the person if the configuration says so, and only of a password", () => {
    const named = { ...place, hasNames: true };
    const nameIn = (given: JournalRecord) =>
      Reflect.get(Object(told(given, named)["zigbee2mqtt/Front door/event"]), "name");
    assert.equal(nameIn(opening({ sourceid: 7, source_name: "Ann" })), "Ann");
    assert.equal(nameIn(opening({ source_name: "unknown user 4" })), undefined);
  });

  it("names no slot if the door was opened by hand or by radio", () => {
    for (const [method, action, source] of [
      ["manual", "manual_unlock", 2],
      ["rf", "rf_unlock", 1],
      ["bluetooth", "unlock", 255],
    ] as const) {
      const state = Object(told(opening({ method }))["zigbee2mqtt/Front door"]);
      assert.deepEqual(
        [state.action, state.action_source, state.action_user],
        [action, source, null],
      );
    }
  });

  it("is nothing if the lock reports the opening late", () => {
    const late = opening({});
    const happened = { atMs: atMs - maxLateMs - 1, clock: "synced" } as const;
    const entry = { ...late.entry, happened };
    assert.deepEqual(eventMessages({ ...late, entry }, place), []);
  });
});

describe("another event of the journal", () => {
  it("is one of the types that the event entity has", () => {
    for (const [given, type] of [
      [record("wrongPwdAlarm"), "wrong_code"],
      [record("outOfWindowOpen", { password_id: 7 }), "out_of_window"],
      [record("duressAlarm", { password_id: 7 }), "duress"],
      [record("brokenAlarm", { cause: "doorForcedOpen" }), "forced"],
      [
        record("pwdOperation", { password_id: 7, operation_stage: 2, reason: "full" }),
        "code_refused",
      ],
    ] as const) {
      const { event_type: found } = Object(told(given)["zigbee2mqtt/Front door/event"]);
      assert.equal(found, type);
      assert.ok(new Set<string>(eventTypes).has(found));
    }
  });

  it("says which slot was edited at the keypad", () => {
    for (const [event, action] of [
      ["pwdAddLocal", "pin_code_added"],
      ["pwdDelLocal", "pin_code_deleted"],
    ] as const) {
      const state = Object(told(record(event, { password: { id: 7 } }))["zigbee2mqtt/Front door"]);
      assert.deepEqual([state.action, state.action_user], [action, 3]);
    }
  });

  it("is not sent if nobody there can use it", () => {
    const stranger = { ...place, passwordOf: () => aPassword({ origin: "cloud" }) };
    const failed = record("pwdOperation", { password_id: 7, operation_stage: 2, reason: "full" });
    assert.deepEqual(eventMessages(failed, stranger), []);
    const done = record("pwdOperation", { password_id: 7, operation_stage: 3 });
    for (const given of [done, record("slotDrift"), record("lockPaired")]) {
      assert.deepEqual(eventMessages(given, place), []);
    }
    assert.deepEqual(eventMessages(record("wrongPwdAlarm"), { ...place, nameOf: () => null }), []);
  });
});

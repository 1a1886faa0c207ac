import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type {
  EventEntry,
  JournalEntry,
  JournalRecord,
  ReplyEntry,
} from "../../../../../daemon/core/model/journal.ts";
import { Secret } from "../../../../../daemon/core/model/secret.ts";
import type { EnvelopeSource } from "../../../../../daemon/events/event-envelope.ts";
import { stubRecordOf, wireRecordOf } from "../../../../../sync/up/encoding/wire-record.ts";

const lock = "0x00124b0001020304";
const tooLarge = { limitBytes: 1000, reason: "tooLarge" } as const;

const source: EnvelopeSource = {
  gatewayId: "gw-1",
  nameOf: (device) =>
    device === null
      ? { nickname: "Gateway", homeId: "home-1", roomId: null }
      : { nickname: "Front door", homeId: "home-1", roomId: "room-2" },
  openSealed: ({ code }) => {
    if (code.box === "broken") throw new Error("seal broken");
    return new Secret(code.box.replace("sealed:", ""));
  },
};

function aRecord(entry: JournalEntry): JournalRecord {
  return {
    epoch: "e1",
    seq: 42,
    id: "r-42",
    atMs: 1_700_000_000_999,
    clock: "holding",
    entry,
    hash: "h",
  };
}

function bodyOf(entry: JournalEntry): unknown {
  return JSON.parse(wireRecordOf(aRecord(entry), source).body);
}

function anEvent(fields: Partial<EventEntry>): EventEntry {
  return { kind: "event", event: "batteryAlarm", lock, detail: { battery_level: 10 }, ...fields };
}

function aReply(fields: Partial<ReplyEntry>): ReplyEntry {
  return {
    kind: "reply",
    commandId: "c1",
    command: "add_password",
    errNo: 0,
    errMsg: "",
    result: {},
    ...fields,
  };
}

describe("the envelope of an event", () => {
  it("has the fields of the V1.6 API and the record's number in the journal", () => {
    assert.deepEqual(bodyOf(anEvent({})), {
      event: "batteryAlarm",
      time: 1_700_000_000,
      uuid: lock,
      home_id: "home-1",
      room_id: "room-2",
      nickname: "Front door",
      detail: { battery_level: 10 },
      id: "r-42",
      seq: 42,
      epoch: "e1",
      clock: "holding",
    });
  });

  it("has the gateway's id, and no room or detail if there is none", () => {
    assert.deepEqual(bodyOf(anEvent({ event: "stickOfflineAlarm", lock: null, detail: null })), {
      event: "stickOfflineAlarm",
      time: 1_700_000_000,
      uuid: "gw-1",
      home_id: "home-1",
      nickname: "Gateway",
      id: "r-42",
      seq: 42,
      epoch: "e1",
      clock: "holding",
    });
  });

  it("has sealed codes in clear at their paths, in lists and objects", () => {
    const seal = { box: "sealed:0012", mark: "m" };
    const event = anEvent({
      event: "pwdSync",
      detail: { passwords: [{ id: 1, password: null }, { id: 2 }] },
      sealed: [
        { path: ["passwords", 0, "password"], code: seal, boundTo: "a" },
        {
          path: ["passwords", 1, "password"],
          code: { box: "sealed:998877", mark: "n" },
          boundTo: "b",
        },
      ],
    });
    assert.deepEqual(bodyOf(event), {
      ...Object(bodyOf(anEvent({ event: "pwdSync" }))),
      detail: {
        passwords: [
          { id: 1, password: "0012" },
          { id: 2, password: "998877" },
        ],
      },
    });
    assert.equal(JSON.stringify(event).includes('"0012"'), false);
  });

  it("has null for a code that no key opens, and reports it", () => {
    const sealed = [{ path: ["password"], code: { box: "broken", mark: "m" }, boundTo: "a" }];
    const wire = wireRecordOf(aRecord(anEvent({ detail: {}, sealed })), source);
    assert.deepEqual(JSON.parse(wire.body).detail, { password: null });
    assert.deepEqual(wire.unreadable, sealed);
  });
});

describe("the envelope of a reply", () => {
  it("has the result's fields beside ErrNo and ErrMsg", () => {
    assert.deepEqual(bodyOf(aReply({ result: { passwords: [] } })), {
      id: "c1",
      command: "add_password",
      ErrNo: 0,
      ErrMsg: "",
      passwords: [],
      seq: 42,
      epoch: "e1",
    });
  });

  it("renames a result's id to result_id", () => {
    assert.deepEqual(bodyOf(aReply({ result: { id: "1001", seq: 3 } })), {
      id: "c1",
      command: "add_password",
      ErrNo: 0,
      ErrMsg: "",
      result_id: "1001",
      result_seq: 3,
      seq: 42,
      epoch: "e1",
    });
  });

  it("has a sealed code in clear", () => {
    const sealed = [{ path: ["password"], code: { box: "sealed:0420", mark: "m" }, boundTo: "a" }];
    const wire = wireRecordOf(aRecord(aReply({ result: { invalid_time: 5 }, sealed })), source);
    assert.deepEqual(JSON.parse(wire.body).password, "0420");
  });
});

describe("a record that is larger than the broker accepts", () => {
  it("is replaced by a journalGap with its number", () => {
    const wire = stubRecordOf(aRecord(anEvent({})), source, tooLarge);
    const { event, detail, seq } = JSON.parse(wire.body);
    assert.deepEqual([wire.topic, event, seq], ["event", "journalGap", 42]);
    assert.deepEqual(detail, {
      from: 42,
      to: 42,
      count: 1,
      reason: "tooLarge",
      event: "batteryAlarm",
    });
  });

  it("is replaced by a short reply to its command", () => {
    const wire = stubRecordOf(aRecord(aReply({ result: { big: "x" } })), source, tooLarge);
    const { id, ErrNo, big, seq } = JSON.parse(wire.body);
    assert.deepEqual([wire.topic, id, ErrNo, big, seq], ["reply", "c1", 0, undefined, 42]);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EventEnvelopes } from "../../../../daemon/callbacks/envelopes.ts";
import type { EventEntry, JournalRecord } from "../../../../daemon/core/model/journal.ts";
import { Secret } from "../../../../daemon/core/model/secret.ts";
import {
  type EnvelopeSource,
  eventEnvelope,
  journalEventEnvelope,
} from "../../../../daemon/events/event-envelope.ts";
import { wireRecordOf } from "../../../../sync/up/encoding/wire-record.ts";
import { aLockId } from "../../../support/records.ts";

const source: EnvelopeSource = {
  gatewayId: "gw-1",
  nameOf: (lock) => ({
    nickname: lock === null ? "Gateway" : "Front door",
    homeId: "home-1",
    roomId: lock === null ? null : "room-2",
  }),
  openSealed: ({ code }) => {
    if (code.box === "broken") throw new Error("seal broken");
    return new Secret(code.box);
  },
};

const sealedCode = (box: string) => ({
  path: ["password", "password"],
  code: { box, mark: "m" },
  boundTo: "b",
});

function aRecord(entry: Partial<EventEntry>): JournalRecord & { readonly entry: EventEntry } {
  return {
    epoch: "e1",
    seq: 42,
    id: "r-42",
    atMs: 1_700_000_000_999,
    clock: "holding",
    hash: "h",
    entry: { kind: "event", event: "pwdSync", lock: aLockId, detail: null, ...entry },
  };
}

describe("the event envelope", () => {
  it("has no room for the gateway and no detail for an event without one", () => {
    const facts = { event: "centerOfflineAlarm", lock: null, atMs: 1_999, detail: null } as const;
    assert.deepEqual(eventEnvelope(facts, source), {
      event: "centerOfflineAlarm",
      time: 1,
      uuid: "gw-1",
      home_id: "home-1",
      nickname: "Gateway",
    });
  });

  it("is the same over MQTT and for callbacks", () => {
    const detail = { password: { id: 7 } };
    for (const sealed of [[], [sealedCode("417263")], [sealedCode("broken")]]) {
      const record = aRecord({ detail, sealed });
      const body = wireRecordOf(record, source).body;
      assert.equal(new EventEnvelopes(source).of(record), body);
    }
  });

  it("has null in place of a code that no key opens, and the rest of the event", () => {
    const record = aRecord({ detail: { password: { id: 7 } }, sealed: [sealedCode("broken")] });
    const { object, unreadable } = journalEventEnvelope(record, record.entry, source);
    assert.deepEqual(object["detail"], { password: { id: 7, password: null } });
    assert.equal(unreadable.length, 1);
  });

  it("has the time, the clock and the id of an event that was moved in the journal", () => {
    const happened = { atMs: 1_600_000_000_000, clock: "lost", id: "r-7" } as const;
    const record = aRecord({ happened });
    const { object } = journalEventEnvelope(record, record.entry, source);
    const { time, clock, id, seq } = object;
    assert.deepEqual(
      { time, clock, id, seq },
      { time: 1_600_000_000, clock: "lost", id: "r-7", seq: 42 },
    );
  });
});

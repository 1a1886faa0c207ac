import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { describe, it } from "node:test";
import { refusalLimit } from "../../../../daemon/callbacks/delivery.ts";
import type { JournalEntry } from "../../../../daemon/core/model/journal.ts";
import { remove } from "../../../../daemon/store/store.ts";
import { aLockId } from "../../../support/records.ts";
import { within } from "../../../support/within.ts";

import { CallbackRig, Partner } from "./callback-rig.ts";

describe("callbacks", () => {
  const rig = new CallbackRig();

  it("get each event in the envelope of V1.6, with home, room and nickname", async () => {
    rig.callbacks.start();
    await rig.register("a", rig.partner.url);
    const detail = { battery_level: 9 };
    const { epoch } = rig.temporary.store.journalRange();
    await rig.write([], [{ kind: "event", event: "batteryAlarm", lock: aLockId, detail }]);
    await rig.until(() => rig.partner.received.length === 1, "the event");
    const { id, ...fields } = rig.partner.received[0] ?? {};
    assert.equal(typeof id, "string");
    assert.deepEqual(fields, {
      event: "batteryAlarm",
      time: 1_800_000_000,
      uuid: aLockId,
      home_id: "h1",
      room_id: "r1",
      nickname: "front door",
      detail,
      seq: 1,
      epoch,
      clock: "synced",
    });
  });

  it("get events in sequence, none from before their registration, and no replies", async () => {
    await rig.write([], [rig.event("brokenAlarm")]);
    rig.callbacks.start();
    await rig.register("a", rig.partner.url);
    const reply: JournalEntry = {
      kind: "reply",
      commandId: "1",
      command: "x",
      errNo: 0,
      errMsg: "",
      result: {},
    };
    await rig.write([], [rig.event("lockOfflineAlarm"), reply, rig.event("clearLockOfflineAlarm")]);
    await rig.write([], [rig.event("wrongPwdAlarm")]);
    await rig.until(() => rig.partner.received.length === 3, "three events");
    assert.deepEqual(rig.partner.events, [
      "lockOfflineAlarm",
      "clearLockOfflineAlarm",
      "wrongPwdAlarm",
    ]);
  });

  for (const [what, answer] of [
    ["an ErrNo", (response: ServerResponse) => response.end('{"ErrNo":15000,"ErrMsg":"no"}')],
    ["HTTP 500", (response: ServerResponse) => response.writeHead(500).end("{}")],
    ["no JSON", (response: ServerResponse) => response.end("<html>")],
    ["a broken connection", (response: ServerResponse) => response.destroy()],
    ["too long an answer", (response: ServerResponse) => response.end("x".repeat(20_000))],
    ["a redirect", (response: ServerResponse) => response.writeHead(302, { location: "/" }).end()],
  ] as const) {
    it(`get an event again after ${what}, and no later event overtakes it`, async () => {
      rig.partner.answers.push((response) => void answer(response));
      rig.callbacks.start();
      await rig.register("a", rig.partner.url);
      await rig.write([], [rig.event("brokenAlarm"), rig.event("wrongPwdAlarm")]);
      await rig.until(() => rig.partner.received.length === 3, "both events");
      assert.deepEqual(rig.partner.events, ["brokenAlarm", "brokenAlarm", "wrongPwdAlarm"]);
    });
  }

  it("skip and count an event that is refused for good", async () => {
    for (let count = 0; count < refusalLimit; count += 1) {
      rig.partner.answers.push((response) => void response.end('{"ErrNo":14001,"ErrMsg":"bad"}'));
    }
    rig.callbacks.start();
    await rig.register("a", rig.partner.url);
    await rig.write([], [rig.event("brokenAlarm"), rig.event("wrongPwdAlarm")]);
    await rig.until(() => rig.partner.events.includes("wrongPwdAlarm"), "the next event");
    assert.deepEqual(rig.leftOut, [["a", 1]]);
    assert.equal(rig.callbacks.statuses[0]?.leftOut, 1);
  });

  it("do not wait for another URL that does not answer", async () => {
    const dead = await Partner.start();
    const { port } = dead;
    await dead.close();
    rig.callbacks.start();
    await rig.register("dead", `http://127.0.0.1:${port}/`);
    await rig.register("alive", rig.partner.url);
    await rig.write([], [rig.event("brokenAlarm")]);
    await rig.until(() => rig.partner.received.length === 1, "the event at the one that answers");
    await rig.until(
      () => (rig.callbacks.statuses[0]?.lastError ?? "") !== "",
      "the dead one's error",
    );
    assert.match(rig.callbacks.statuses[0]?.lastError ?? "", /ECONNREFUSED/);
    assert.equal(rig.callbacks.statuses[0]?.backlog, 1);
    const revived = await Partner.start(port);
    await rig.until(() => revived.received.length === 1, "the event at the one that came back");
    await revived.close();
  });

  it("continue after a restart where they stopped", async () => {
    rig.callbacks.start();
    await rig.register("a", rig.partner.url);
    await rig.write([], [rig.event("brokenAlarm")]);
    // Without its answer it would be sent again.
    await rig.until(() => rig.callbacks.deliveredThrough === 1, "the answer to the first event");
    await rig.callbacks.stop();
    await rig.write([], [rig.event("wrongPwdAlarm")]);
    await rig.temporary.reopen();
    rig.callbacks = rig.build();
    rig.callbacks.start();
    await rig.until(() => rig.partner.received.length === 2, "the second event");
    assert.deepEqual(rig.partner.events, ["brokenAlarm", "wrongPwdAlarm"]);
  });

  it("get a gap for records that left the journal before their delivery", async () => {
    await rig.register("a", rig.partner.url);
    await rig.callbacks.stop();
    await rig.write(
      [],
      [rig.event("brokenAlarm"), rig.event("lockOfflineAlarm"), rig.event("wrongPwdAlarm")],
    );
    await rig.temporary.store.pruneJournal(2);
    rig.callbacks = rig.build();
    rig.callbacks.start();
    await rig.until(() => rig.partner.events.includes("wrongPwdAlarm"), "what is kept");
    assert.deepEqual(rig.partner.events, ["journalGap", "wrongPwdAlarm"]);
    assert.deepEqual(rig.partner.received[0]?.["detail"], {
      from: 1,
      to: 2,
      count: 2,
      reason: "pruned",
    });
  });

  it("keep the records in the journal that a URL has not received, also before its first try", async () => {
    const { port, url } = rig.partner;
    await rig.register("a", url);
    await rig.partner.close();
    await rig.write(
      [],
      Array.from({ length: 60 }, () => rig.event("wrongPwdAlarm")),
    );
    await rig.maintainJournal();
    assert.equal(rig.temporary.store.journalRange().tail, 1);
    await rig.callbacks.stop();
    await rig.temporary.reopen();
    rig.callbacks = rig.build();
    assert.equal(rig.callbacks.deliveredThrough, 0);
    await rig.maintainJournal();
    rig.callbacks.start();
    rig.partner = await Partner.start(port);
    await rig.until(() => rig.partner.received.length === 60, "all of them");
    assert.deepEqual([...new Set(rig.partner.events)], ["wrongPwdAlarm"]);
    await rig.until(() => rig.callbacks.deliveredThrough === 60, "the last answer to be received");
    await rig.maintainJournal();
    assert.equal(rig.temporary.store.journalRange().tail, 51);
  });

  it("drop the oldest records beyond their limit, count them, and send a gap for them", async () => {
    const { port, url } = rig.partner;
    rig.callbacks = rig.build({ retainedRecords: 30 });
    rig.callbacks.start();
    await rig.register("a", url);
    await rig.partner.close();
    await rig.write(
      [],
      Array.from({ length: 90 }, () => rig.event("wrongPwdAlarm")),
    );
    await rig.maintainJournal();
    assert.equal(rig.temporary.store.journalRange().tail, 51);
    // Records that were read before they were dropped are still sent.
    rig.partner = await Partner.start(port);
    await rig.until(() => rig.partner.received.at(-1)?.["seq"] === 90, "gap and rest");
    const gap = rig.partner.received.find(({ event: name }) => name === "journalGap");
    const detail = gap?.["detail"];
    assert.ok(typeof detail === "object" && detail !== null && "from" in detail);
    const first = Number(detail.from);
    assert.deepEqual(detail, { from: first, to: 50, count: 51 - first, reason: "pruned" });
    assert.deepEqual(rig.leftOut, [["a", 51 - first]]);
    assert.deepEqual(
      rig.partner.received.slice(-40).map(({ seq }) => seq),
      Array.from({ length: 40 }, (_, at) => 51 + at),
    );
  });

  it("keep nothing in the journal once they are removed", async () => {
    await rig.register("a", "http://127.0.0.1:9/");
    await rig.write(
      [],
      Array.from({ length: 60 }, () => rig.event("wrongPwdAlarm")),
    );
    await rig.write([remove("callback", ["a"])]);
    rig.callbacks.refresh();
    await rig.callbacks.idle();
    await rig.maintainJournal();
    assert.equal(rig.temporary.store.journalRange().tail, 51);
  });

  it("get nothing more once they are removed", async () => {
    rig.callbacks.start();
    await rig.register("a", rig.partner.url);
    await rig.write([remove("callback", ["a"])]);
    rig.callbacks.refresh();
    await rig.callbacks.idle();
    await rig.write([], [rig.event("brokenAlarm")]);
    assert.deepEqual([rig.callbacks.statuses, rig.partner.received], [[], []]);
  });

  it("stop at once, also during a call", async () => {
    rig.partner.answers.push(() => undefined);
    rig.callbacks.start();
    await rig.register("a", rig.partner.url);
    await rig.write([], [rig.event("brokenAlarm")]);
    await rig.until(() => rig.partner.received.length === 1, "the call");
    await within(5_000, "the stop", () => rig.callbacks.stop());
  });
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import {
  type ActivityEntry,
  activityIds,
  sentenceOf,
} from "../../../../../daemon/core/logs/activity-log.ts";
import { aLockId } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

describe("the operation log", () => {
  let room: CommandRoom;

  beforeEach(async () => {
    room = await CommandRoom.open();
    await room.addSetUpLock();
  });

  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  async function found(params: object = {}): Promise<readonly Record<string, unknown>[]> {
    const { op_list } = await room.call("search_device_op_log", params);
    assert.ok(Array.isArray(op_list));
    return op_list;
  }

  it("has a line for each password operation, with V1.6's numbers and types", async () => {
    await room.call("add_password", {
      uuid: aLockId,
      password: "246810",
      name: "K",
      phonenumber: "555",
    });
    const at = { uuid: aLockId, password_id: 1 };
    await room.call("update_password", { ...at, password: "246811" });
    await room.call("frozen_password", at);
    await room.call("unfrozen_password", at);
    await room.call("delete_password", at);
    const list = await found();
    assert.deepEqual(
      list.map((entry) => entry["op_id"]),
      ["20002", "20002", "20004", "20006", "20007", "20003"],
    );
    assert.deepEqual(list[1], {
      op_id: "20002",
      operator: { id: "partner", name: "partner" },
      target: { id: aLockId, name: "front door", type: "lock" },
      recipient: { id: "555", name: "K" },
      timestamp: room.clock.nowMs,
      result: 0,
      sentence: "partner issued a password of lock front door for K",
    });
  });

  it("tells a bound lock by its room and the room's home", async () => {
    await room.call("add_home", { home_id: "h1", home_name: "Flat 1" });
    await room.call("bind_center", { home_id: "h1" });
    const words = { room_name: "bedroom", room_description: "" };
    const { room_id } = await room.call("add_room", { home_id: "h1", room_id: "r1", ...words });
    await room.call("bind_lock", { uuid: aLockId, home_id: "h1", room_id: "r1" });
    await room.call("add_password", { room_id: "r1", password: "246810", name: "K" });
    for (const filter of [{ room_id: "r1" }, { room_id }, { home_id: "h1", op_id: "20002" }]) {
      const [entry] = await found(filter);
      assert.deepEqual(entry?.["target"], { id: "r1", name: "bedroom", type: "room" });
      assert.deepEqual(entry?.["holder"], { id: "h1", name: "Flat 1", type: "home" });
      assert.equal(
        entry?.["sentence"],
        "partner issued a password of home Flat 1's room bedroom for K",
      );
    }
  });

  it("has a line for each reading of a code in clear, before the code is answered", async () => {
    const { password } = await room.call("get_default_password_plaintext", { uuid: aLockId });
    assert.equal(password, "135790");
    const list = await found({ op_id: String(activityIds.administratorCodeRead) });
    assert.deepEqual(
      list.map((entry) => entry["operator"]),
      [{ id: "partner", name: "partner" }],
    );
  });

  it("has no line for what was refused", async () => {
    assert.equal(await room.errNo("delete_password", { uuid: aLockId, password_id: 999 }), 15013);
    assert.equal(await room.errNo("delete_password", { uuid: aLockId, password_id: 5 }), 15006);
    assert.equal((await found()).length, 1);
  });

  it("finds by any combination of lock, operator, operation and time, in pages", async () => {
    for (let at = 0; at < 5; at += 1) {
      room.clock.nowMs += 60_000;
      room.caller = { ...room.caller, name: `operator-${at}` };
      await room.call("add_password", { uuid: aLockId, password: `24681${at}` });
    }
    const second = Math.floor(room.clock.nowMs / 1000);
    const operators = (list: readonly Record<string, unknown>[]) =>
      list.map((entry) => JSON.stringify(entry["operator"]).slice(7, 17));
    assert.deepEqual(operators(await found({ offset: 2, count: 2 })), ["operator-1", "operator-2"]);
    assert.deepEqual(operators(await found({ start_time: second - 60 })), [
      "operator-3",
      "operator-4",
    ]);
    assert.equal((await found({ end_time: second - 61 })).length, 4);
    assert.equal((await found({ operator: "operator-2", uuid: aLockId })).length, 1);
    assert.equal((await found({ operator: "operator-2", op_id: "20003" })).length, 0);
    assert.equal((await found({ uuid: "gw-1" })).length, 6);
    assert.equal((await room.call("count_device_op_log", { start_time: second }))["count"], 1);
  });

  for (const [params, field] of [
    [{ op_id: 20002 }, "op_id"],
    [{ op_id: "x" }, "op_id"],
    [{ count: 0 }, "count"],
    [{ count: 1001 }, "count"],
    [{ offset: -1 }, "offset"],
    [{ start_time: 1.5 }, "start_time"],
    [{ end_time: "now" }, "end_time"],
    [{ operator: 7 }, "operator"],
  ] as const) {
    it(`names ${field} where it is ${JSON.stringify(params)}`, async () => {
      const { ErrNo, ErrMsg } = await room.call("search_device_op_log", params);
      assert.equal(ErrNo, 14001);
      assert.match(ErrMsg, new RegExp(`^${field}: `));
    });
  }

  it("is not part of what the cloud gets", async () => {
    const before = room.store.journalRange().head;
    await room.call("get_default_password_plaintext", { uuid: aLockId });
    assert.equal(room.store.journalRange().head, before);
  });

  it("falls back to ids in the sentence where there are no names", () => {
    const entry: ActivityEntry = {
      opId: 20003,
      operator: { id: "cloud", name: "" },
      target: { id: "r1", name: "", type: "room" },
      holder: { id: "h1", name: "", type: "home" },
      recipient: { id: "3", name: "" },
      lock: aLockId,
      homeId: "h1",
      roomId: "r1",
    };
    assert.equal(sentenceOf(entry), "cloud deleted a password of home h1's room r1 for 3");
  });
});

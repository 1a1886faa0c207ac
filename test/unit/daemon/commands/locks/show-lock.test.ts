import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { isJsonList } from "../../../../../daemon/base/json.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { aLock, aLockId } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const uuid = aLockId;

describe("show_lock", () => {
  let room: CommandRoom;

  beforeEach(async () => {
    room = await CommandRoom.open();
    await room.addSetUpLock();
  });

  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  it("has every field that list_locks has of the lock, with the same value", async () => {
    const { ErrNo, ErrMsg, ...shown } = await room.call("show_lock", { uuid });
    assert.deepEqual([ErrNo, ErrMsg], [0, ""]);
    const { locks } = await room.call("list_locks");
    assert.ok(isJsonList(locks));
    assert.deepEqual(locks, [shown]);
  });

  it("says where the lock is, how well it is heard, and when it was heard last", async () => {
    const boundAtMs = room.clock.nowMs;
    const binding = { lock: uuid, homeId: "h-1", roomId: "r-1", boundAtMs };
    await room.put(put("binding", [uuid], binding));
    room.site.diagnostics.silentForMs = 60_000;
    const lock = await room.call("show_lock", { uuid });
    assert.deepEqual(
      [lock["home_id"], lock["room_id"], lock["link_quality"], lock["heard_at"], lock["alarms"]],
      ["h-1", "r-1", 120, room.clock.nowMs / 1000 - 60, 0],
    );
    assert.deepEqual(lock["clock"], { state: "unknown", drift_s: null });
  });

  it("says when a wrong code was typed to who gets its alarm, and to no technician", async () => {
    assert.equal((await room.call("show_lock", { uuid }))["wrong_code_at"], null);
    const lock = { ...aLock({ lock: uuid }), wrongCodes: 1, wrongCodeAtMs: room.clock.nowMs };
    await room.put(put("lock", [uuid], lock));
    assert.equal(
      (await room.call("show_lock", { uuid }))["wrong_code_at"],
      room.clock.nowMs / 1000,
    );
    for (const scope of ["technician", "installer"] as const) {
      room.caller = { transport: "rest", name: "tom", scope, origin: "local" };
      assert.ok(!("wrong_code_at" in (await room.call("show_lock", { uuid }))), scope);
    }
  });

  it("has null for what is not known", async () => {
    room.site.diagnostics.silentForMs = null;
    room.site.diagnostics.devices = [];
    const lock = await room.call("show_lock", { uuid });
    assert.deepEqual(
      [lock["home_id"], lock["room_id"], lock["link_quality"], lock["heard_at"]],
      [null, null, null, null],
    );
  });
});

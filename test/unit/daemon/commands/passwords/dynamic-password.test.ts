import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { dynamicLifeMs } from "../../../../../daemon/commands/passwords/dynamic-code.ts";
import { PinCode } from "../../../../../daemon/core/model/secret.ts";
import { unknownSlot } from "../../../../../daemon/core/model/slot.ts";
import { put, remove } from "../../../../../daemon/store/store.ts";
import { aLockId, someCapabilities } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const ask = "get_dynamic_password_plaintext";
const uuid = aLockId;

describe("dynamic passwords", () => {
  let room: CommandRoom;

  beforeEach(async () => {
    room = await CommandRoom.open();
    await room.addSetUpLock();
  });

  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  it("are six digits that last five minutes and lie in a slot like any other code", async () => {
    const reply = await room.call(ask, { uuid });
    assert.match(String(reply["password"]), /^[0-9]{6}$/);
    assert.equal(reply["invalid_time"], (room.clock.nowMs + dynamicLifeMs) / 1000);
    const password = room.store.get("password", [uuid, 0]);
    assert.deepEqual(password?.window, {
      beginMs: room.clock.nowMs,
      endMs: room.clock.nowMs + dynamicLifeMs,
      weekly: null,
    });
    assert.equal(room.store.get("slot", [uuid, password?.userId ?? 0])?.holder, 0);
    assert.equal(room.woken.at(-1), uuid);
    assert.doesNotMatch(JSON.stringify(password), new RegExp(String(reply["password"])));
  });

  it("are the same while they last, with the same end", async () => {
    const first = await room.call(ask, { uuid });
    room.clock.nowMs += dynamicLifeMs - 31_000;
    const again = await room.call(ask, { uuid });
    assert.deepEqual(again, first);
  });

  it("are new when less than half a minute is left, or after one was frozen or deleted", async () => {
    const codes = new Set([(await room.call(ask, { uuid }))["password"]]);
    room.clock.nowMs += dynamicLifeMs - 29_000;
    codes.add((await room.call(ask, { uuid }))["password"]);
    await room.call("frozen_password", { uuid, password_id: 0 });
    codes.add((await room.call(ask, { uuid }))["password"]);
    await room.call("delete_password", { uuid, password_id: 0 });
    codes.add((await room.call(ask, { uuid }))["password"]);
    assert.equal(codes.size, 4);
    const { passwords } = await room.call("fetch_passwords", { uuid });
    assert.equal(Array.isArray(passwords) ? passwords.length : 0, 2);
  });

  it("are new when the time was set back before the last one began, for that one opens nothing now", async () => {
    const first = await room.call(ask, { uuid });
    room.clock.nowMs -= 3_600_000;
    const fresh = await room.call(ask, { uuid });
    assert.notEqual(fresh["password"], first["password"]);
    assert.equal(fresh["invalid_time"], (room.clock.nowMs + dynamicLifeMs) / 1000);
    assert.equal(room.store.get("password", [uuid, 0])?.window.beginMs, room.clock.nowMs);
  });

  it("are not brought back by a snapshot that still holds one that was deleted", async () => {
    const { password } = await room.call(ask, { uuid });
    const old = room.store.get("password", [uuid, 0]) ?? assert.fail();
    await room.call("delete_password", { uuid, password_id: 0 });
    // The lock has confirmed it.
    await room.put(remove("password", [uuid, 0]));
    room.clock.nowMs += 5_000;
    const fresh = await room.call(ask, { uuid });
    const administrator = { password_id: 999, revision: 1, password: "135790" };
    const stale = { password_id: 0, revision: old.revision + 2, password };
    const reply = await room.call("apply_snapshot", { uuid, passwords: [administrator, stale] });
    assert.equal(reply.ErrNo, 16010);
    assert.equal((await room.call(ask, { uuid }))["password"], fresh["password"]);
  });

  it("step over a code that the lock holds already", async () => {
    const step = Math.floor(room.clock.nowMs / dynamicLifeMs);
    const taken = room.vault.oneTimeCode(uuid, step, 6);
    const mark = room.vault.mark(uuid, taken);
    await room.put(
      put("slot", [uuid, 5], {
        ...unknownSlot(uuid, 5),
        content: {
          kind: "occupied",
          mark,
          userStatus: "occupiedEnabled",
          userType: "unrestricted",
        },
      }),
    );
    const { password } = await room.call(ask, { uuid });
    assert.notEqual(password, taken.reveal());
    assert.ok(PinCode.parse(String(password)) !== null);
  });

  it("differ from lock to lock and from step to step", () => {
    const codes = new Set<string>();
    for (let step = 0; step < 50; step += 1) {
      codes.add(room.vault.oneTimeCode(uuid, step, 6).reveal());
      codes.add(room.vault.oneTimeCode("0x00124b0000000002", step, 6).reveal());
    }
    assert.ok(codes.size > 97);
  });

  it("leave nothing behind when their lock is unpaired", async () => {
    const others = room.store.list("setting");
    const before = [...others].length;
    await room.call(ask, { uuid });
    assert.equal([...room.store.list("setting")].length, before + 1);
    await room.call("remove_lock", { uuid });
    assert.equal([...room.store.list("setting")].length, before);
  });

  it("are logged each time they are read", async () => {
    await room.call(ask, { uuid });
    await room.call(ask, { uuid });
    assert.equal((await room.call("count_device_op_log", { op_id: "21002" }))["count"], 2);
  });

  it("are refused when the lock is full, and nothing is evicted for them", async () => {
    await room.put(
      put("lock", [uuid], {
        ...(room.store.get("lock", [uuid]) ?? assert.fail()),
        capabilities: someCapabilities({ firstUserId: 1, lastUserId: 1 }),
      }),
    );
    assert.equal(await room.errNo(ask, { uuid }), 16001);
    assert.equal(room.store.get("password", [uuid, 0]), undefined);
  });

  it("are refused while the time is not known", async () => {
    room.clock.state = "lost";
    assert.equal(await room.errNo(ask, { uuid }), 16007);
  });

  it("are refused before there is an administrator password, or a lock", async () => {
    const fresh = await room.addLock({ lock: "0x00124b0000000009" });
    assert.equal(await room.errNo(ask, { uuid: fresh }), 15006);
    assert.equal(await room.errNo(ask, { uuid: "0x00124b000000000a" }), 15006);
    assert.equal(await room.errNo(ask, {}), 14001);
  });
});

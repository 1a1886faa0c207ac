import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { LockRemovals } from "../../../../../daemon/assembly/lock-removals.ts";
import type { LockId } from "../../../../../daemon/core/model/door-lock.ts";
import { deviceName } from "../../../../../daemon/events/device-names.ts";
import { aLockId } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";
import { within } from "../../../../support/within.ts";

const otherLock: LockId = "0x00124b0000000002";

describe("homes, rooms and what is bound to them", () => {
  let room: CommandRoom;

  beforeEach(async () => {
    room = await CommandRoom.open();
  });

  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  /** Home h1 with gateway and room r1. */
  async function aHome(): Promise<void> {
    await room.call("add_home", { home_id: "h1", home_name: "Flat 1", location: "1 Main St" });
    await room.call("add_room", { ...aRoom, home_id: "h1", room_id: "r1" });
    await room.call("bind_center", { home_id: "h1" });
  }

  const aRoom = { room_name: "bedroom", room_description: "" };

  it("adds a home as not installed and unassigned", async () => {
    assert.deepEqual(await room.call("add_home", { home_id: "h1" }), { ErrNo: 0, ErrMsg: "" });
    const { result } = await room.call("find_home_state", { home_id: "h1" });
    assert.deepEqual(result, { sp_state: 1, install_state: 4 });
  });

  it("refuses a home twice with 11000", async () => {
    await room.call("add_home", { home_id: "h1" });
    assert.equal(await room.errNo("add_home", { home_id: "h1" }), 11000);
  });

  it("changes of a home only what is given", async () => {
    await room.call("add_home", { home_id: "h1", home_name: "Flat 1", location: "1 Main St" });
    await room.call("update_home", { home_id: "h1", sp_state: 2, home_name: "Flat One" });
    const home = room.store.get("home", ["h1"]);
    assert.deepEqual(
      [home?.spState, home?.name, home?.location, home?.description],
      [2, "Flat One", "1 Main St", ""],
    );
  });

  for (const [call, params] of [
    ["update_home", { home_id: "nowhere" }],
    ["del_home", { home_id: "nowhere" }],
    ["find_home_state", { home_id: "nowhere" }],
    ["find_home_device", { home_id: "nowhere" }],
    ["add_room", { home_id: "nowhere", room_id: "r", ...aRoom }],
    ["bind_center", { home_id: "nowhere" }],
    ["unbind_center", { home_id: "nowhere" }],
    ["get_center_info", { home_id: "nowhere" }],
    ["get_center_info", { uuid: "another" }],
    ["find_service", { serviceid: "none" }],
  ] as const) {
    it(`answers 15006 to ${call} of what there is not`, async () => {
      assert.equal(await room.errNo(call, params), 15006);
    });
  }

  for (const [call, params, field] of [
    ["add_home", {}, "home_id"],
    ["add_home", { home_id: "" }, "home_id"],
    ["add_home", { home_id: 7 }, "home_id"],
    ["add_home", { home_id: "a\u0000b" }, "home_id"],
    ["add_home", { home_id: "x".repeat(65) }, "home_id"],
    ["add_home", { home_id: "h", colour: "red" }, "colour"],
    ["add_home", { home_id: "h", home_name: "x".repeat(129) }, "home_name"],
    ["update_home", { home_id: "h", sp_state: 3 }, "sp_state"],
    ["find_home_states", { home_id: "h" }, "home_id"],
    ["find_home_devices", { home_id: [1] }, "home_id"],
    ["add_room", { home_id: "h", room_name: "", room_description: "" }, "room_id"],
    ["add_room", { home_id: "h", room_id: "r", room_description: "" }, "room_name"],
    ["del_room", {}, "room_id"],
    ["bind_lock", { home_id: "h", uuid: "0x1" }, "uuid"],
  ] as const) {
    it(`names ${field} in the 14001 to ${call} ${JSON.stringify(params).slice(0, 60)}`, async () => {
      const { ErrNo, ErrMsg } = await room.call(call, params);
      assert.equal(ErrNo, 14001);
      assert.match(ErrMsg, new RegExp(`(^|; )${field}`));
    });
  }

  it("gives a room the system's own id, and refuses it twice in one home", async () => {
    await aHome();
    await room.call("add_home", { home_id: "h2" });
    const { room_id } = await room.call("add_room", { ...aRoom, home_id: "h2", room_id: "r1" });
    assert.match(String(room_id), /^[0-9a-f-]{36}$/);
    assert.equal(await room.errNo("add_room", { ...aRoom, home_id: "h2", room_id: "r1" }), 11000);
    assert.equal(await room.errNo("add_room", { ...aRoom, home_id: "h2", room_id: "h2" }), 14001);
  });

  it("changes a room's words, and answers 15012 for one that there is not", async () => {
    await aHome();
    const words = { room_name: "office", room_description: "north" };
    assert.equal(await room.errNo("update_room", { home_id: "h1", room_id: "r1", ...words }), 0);
    assert.equal(room.store.get("room", ["h1", "r1"])?.name, "office");
    assert.equal(await room.errNo("update_room", { home_id: "h1", room_id: "x", ...words }), 15012);
    assert.equal(await room.errNo("del_room", { room_id: "x" }), 15012);
    assert.equal(await room.errNo("fetch_passwords", { room_id: "x" }), 15012);
  });

  it("lists gateway, outer door and rooms of a home, with room_id as V1.6 has it", async () => {
    await aHome();
    await room.addLock();
    await room.addLock({ lock: otherLock });
    await room.call("bind_lock", { uuid: aLockId, home_id: "h1", room_id: "r1" });
    await room.call("bind_lock", { uuid: otherLock, home_id: "h1" });
    const { result } = await room.call("find_home_device", { home_id: "h1" });
    assert.deepEqual(result, [
      { type: "gateway", sn: "gw-1", uuid: "gw-1", room_id: "h1" },
      { type: "home_lock", sn: otherLock.slice(2), uuid: otherLock, room_id: "h1" },
      { type: "room_lock", sn: aLockId.slice(2), uuid: aLockId, room_id: "r1" },
    ]);
  });

  it("answers for several homes by their ids and leaves out those that there are not", async () => {
    await aHome();
    await room.call("add_home", { home_id: "h2" });
    const asked = { home_id: ["h1", "h2", "nowhere"] };
    const { result } = await room.call("find_home_states", asked);
    assert.deepEqual(Object.keys(result ?? {}), ["h1", "h2"]);
    const devices = await room.call("find_home_devices", asked);
    assert.deepEqual(devices["h2"], []);
    assert.match(JSON.stringify(devices["h1"]), /"type":"gateway".*|"onoff_line":1/);
  });

  it("tells a home as installed once a lock is bound", async () => {
    await aHome();
    await room.addLock();
    await room.call("bind_lock", { uuid: aLockId, home_id: "h1", room_id: "r1" });
    const { result } = await room.call("find_home_state", { home_id: "h1" });
    assert.deepEqual(result, { sp_state: 1, install_state: 5 });
  });

  it("refuses bindings that contradict another: 15008 … 15012", async () => {
    await aHome();
    await room.addLock();
    await room.addLock({ lock: otherLock });
    const there = { home_id: "h1", room_id: "r1" };
    assert.equal(await room.errNo("bind_center", { home_id: "h1" }), 15009);
    assert.equal(await room.errNo("bind_lock", { uuid: aLockId, ...there }), 0);
    assert.equal(await room.errNo("bind_lock", { uuid: aLockId, ...there }), 15010);
    assert.equal(await room.errNo("bind_lock", { uuid: aLockId, home_id: "h1" }), 15011);
    assert.equal(await room.errNo("bind_lock", { uuid: otherLock, ...there }), 15008);
    const nowhere = { home_id: "h1", room_id: "attic" };
    assert.equal(await room.errNo("bind_lock", { uuid: otherLock, ...nowhere }), 15012);
    assert.equal(await room.errNo("unbind_center", { home_id: "h1" }), 15011);
  });

  it("binds locks only in a home that has a gateway", async () => {
    await room.call("add_home", { home_id: "h1" });
    await room.addLock();
    assert.equal(await room.errNo("bind_lock", { uuid: aLockId, home_id: "h1" }), 15006);
  });

  it("frees room and gateway again", async () => {
    await aHome();
    await room.addLock();
    await room.call("bind_lock", { uuid: aLockId, home_id: "h1", room_id: "r1" });
    assert.equal(await room.errNo("unbind_lock", { room_id: "r1" }), 0);
    assert.equal(await room.errNo("unbind_lock", { uuid: aLockId }), 15006);
    assert.equal(await room.errNo("unbind_center", { home_id: "h1" }), 0);
    assert.equal(await room.errNo("unbind_center", { home_id: "h1" }), 15006);
  });

  it("finds a lock by its room, by the system's room id and, at the outer door, by the home", async () => {
    await aHome();
    await room.addLock();
    await room.addLock({ lock: otherLock });
    await room.call("bind_lock", { uuid: aLockId, home_id: "h1", room_id: "r1" });
    await room.call("bind_lock", { uuid: otherLock, home_id: "h1" });
    const systemId = room.store.get("room", ["h1", "r1"])?.systemId;
    for (const [address, uuid] of [
      [{ room_id: "r1" }, aLockId],
      [{ room_id: "r1", home_id: "h1" }, aLockId],
      [{ room_id: systemId }, aLockId],
      [{ room_id: "h1" }, otherLock],
      [{ room_id: "h1", home_id: "h1" }, otherLock],
      [{ room_id: "r1", uuid: otherLock }, otherLock],
    ] as const) {
      assert.equal((await room.call("get_lock_info", address))["uuid"], uuid);
    }
  });

  it("asks for the home where two have a room of that id, and tells a room without a lock", async () => {
    await aHome();
    await room.call("add_home", { home_id: "h2" });
    await room.call("add_room", { ...aRoom, home_id: "h2", room_id: "r1" });
    assert.equal(await room.errNo("get_lock_info", { room_id: "r1" }), 14001);
    assert.equal(await room.errNo("get_lock_info", { room_id: "r1", home_id: "h2" }), 15006);
  });

  it("unpairs the lock of a room that is deleted", async () => {
    await aHome();
    await room.addSetUpLock();
    await room.call("bind_lock", { uuid: aLockId, home_id: "h1", room_id: "r1" });
    assert.equal(await room.errNo("del_room", { room_id: "r1", home_id: "h1" }), 0);
    assert.deepEqual(room.site.removed, [aLockId]);
    for (const table of ["lock", "password", "slot", "binding", "room"] as const) {
      assert.deepEqual([...room.store.list(table)], []);
    }
    const reported = (await room.journal()).at(-1);
    assert.deepEqual(reported, {
      kind: "event",
      event: "lockRemoved",
      lock: aLockId,
      detail: { was_told: 1, name: "front door", home_id: "h1", room_id: "r1" },
    });
  });

  it("deletes a room or a home with a lock full of passwords at the cloud's word only when that is meant", async () => {
    await aHome();
    await room.addSetUpLock();
    for (const password of ["111111", "222222", "333333"]) {
      await room.call("add_password", { uuid: aLockId, password });
    }
    await room.call("bind_lock", { uuid: aLockId, home_id: "h1", room_id: "r1" });
    room.caller = { transport: "mqtt", name: "cloud", scope: "manager", origin: "cloud" };
    assert.equal(await room.errNo("del_room", { room_id: "r1", home_id: "h1" }), 16009);
    assert.equal(await room.errNo("del_home", { home_id: "h1" }), 16009);
    assert.deepEqual(room.site.removed, []);
    assert.equal(await room.errNo("del_home", { home_id: "h1", confirm: true }), 0);
  });

  it("deletes a home at once and its locks behind it, to be followed by its serviceid", async () => {
    await aHome();
    await room.addSetUpLock();
    await room.call("bind_lock", { uuid: aLockId, home_id: "h1", room_id: "r1" });
    const { serviceid } = await room.call("del_home", { home_id: "h1" });
    assert.equal(await room.errNo("find_home_state", { home_id: "h1" }), 15006);
    const under = await room.call("find_service", { serviceid });
    assert.deepEqual([under["state"], under["waiting"]], [1, [aLockId]]);
    const removals = new LockRemovals({
      store: room.store,
      reading: () => room.clock,
      removeLock: (lock) => room.site.removeLock(lock),
      onFault: (_lock, cause) => assert.fail(String(cause)),
    });
    removals.check();
    await within(5000, "the lock to be unpaired", async () => {
      while ([...room.store.list("lock")].length > 0) await room.store.whenDurable();
    });
    const done = await room.call("find_service", { serviceid });
    assert.deepEqual([done["state"], done["waiting"]], [3, []]);
    assert.deepEqual([...room.store.list("room")], []);
    assert.deepEqual([...room.store.list("binding")], []);
  });

  it("calls devices in events by their home, room and name", async () => {
    await aHome();
    await room.addLock();
    await room.call("bind_lock", { uuid: aLockId, home_id: "h1", room_id: "r1" });
    const gateway = { name: "box", homeId: null };
    assert.deepEqual(deviceName(room.store, gateway, aLockId), {
      nickname: "front door",
      homeId: "h1",
      roomId: "r1",
    });
    assert.deepEqual(deviceName(room.store, gateway, null), {
      nickname: "box",
      homeId: "h1",
      roomId: null,
    });
  });

  it("lists the homes for who is on site", async () => {
    await aHome();
    await room.addLock();
    await room.call("bind_lock", { uuid: aLockId, home_id: "h1", room_id: "r1" });
    const { homes } = await room.call("list_homes");
    assert.deepEqual(homes, [
      {
        home_id: "h1",
        home_name: "Flat 1",
        location: "1 Main St",
        sp_state: 1,
        install_state: 5,
        has_gateway: 1,
        outer_lock: null,
        rooms: [{ room_id: "r1", room_name: "bedroom", lock: aLockId }],
      },
    ]);
  });
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { put } from "../../../../../daemon/store/store.ts";
import { aLockId, aPassword, aSlot } from "../../../../support/records.ts";
import { CommandDesk } from "../../../../support/rigs/command-desk.ts";

let desk: CommandDesk;
beforeEach(async () => {
  desk = await CommandDesk.open();
});
afterEach(() => desk.close());

describe("permit_join", () => {
  it("opens the network for a minute, or for the time and the device that are given", async () => {
    const uuid = "0x00124b00000000aa";
    assert.equal((await desk.call("permit_join"))["seconds"], 60);
    await desk.call("permit_join", { seconds: 0 });
    await desk.call("permit_join", { seconds: 254, uuid, install_code: "83FED3407A939723A5C6" });
    assert.deepEqual(desk.site.asked, [
      "permit 60 any",
      "permit 0 any",
      "install code",
      `permit 254 ${uuid}`,
    ]);
  });

  it("refuses to open for any device when any is 0, and still closes", async () => {
    const uuid = "0x00124b00000000aa";
    const reply = await desk.call("permit_join", { any: 0 });
    assert.equal(reply.ErrNo, 14001);
    assert.match(reply.ErrMsg, /^uuid: or install_code must say which lock may join/);
    assert.deepEqual(desk.site.asked, []);
    assert.equal((await desk.call("permit_join", { any: 0, uuid })).ErrNo, 0);
    assert.equal((await desk.call("permit_join", { any: 0, seconds: 0 })).ErrNo, 0);
    assert.deepEqual(desk.site.asked, [`permit 60 ${uuid}`, "permit 0 any"]);
  });

  it("refuses what makes no sense, and says when there is no stick", async () => {
    for (const [params, errNo, field] of [
      [{ seconds: 255 }, 14001, "seconds"],
      [{ seconds: "60" }, 14001, "seconds"],
      [{ uuid: "lock" }, 14001, "uuid"],
      [{ install_code: "nonsense" }, 14001, "install_code"],
    ] as const) {
      const reply = await desk.call("permit_join", params);
      assert.equal(reply.ErrNo, errNo);
      assert.match(reply.ErrMsg, new RegExp(`^${field}:`));
    }
    desk.site.isStickThere = false;
    assert.equal((await desk.call("permit_join")).ErrNo, 16006);
    assert.deepEqual(desk.site.asked, []);
  });
});

describe("remove_lock", () => {
  beforeEach(async () => {
    await desk.must("add_password", { is_default: 1, password: "999111" });
  });

  it("takes every record of the lock and tells the cloud", async () => {
    const reply = await desk.must("remove_lock");
    assert.equal(reply["was_told"], 1);
    for (const table of ["lock", "password", "slot"] as const) {
      assert.deepEqual([...desk.store.list(table)], []);
    }
    const [record] = (await desk.journal()).slice(-1);
    assert.ok(record?.entry.kind === "event" && record.entry.event === "lockRemoved");
    await desk.refuses(["fetch_passwords", {}], 15006, "uuid");
  });

  it("needs a confirmation from the cloud for more than three passwords, and none from a person", async () => {
    const cloud = { transport: "mqtt", name: "cloud", scope: "manager", origin: "cloud" } as const;
    for (const password of ["111111", "222222", "333333"]) {
      await desk.must("add_password", { password });
    }
    const request = { command: "remove_lock", params: { uuid: aLockId }, caller: cloud };
    const { ErrNo, ErrMsg } = await desk.executor.execute(request);
    assert.deepEqual(
      [ErrNo, ErrMsg],
      [16009, "confirm: this removes 4 of 4 passwords; say confirm: true"],
    );
    const confirmed = { ...request, params: { uuid: aLockId, confirm: true } };
    assert.equal((await desk.executor.execute(confirmed)).ErrNo, 0);
  });

  it("says when the lock could not be reached", async () => {
    desk.site.wasTold = false;
    assert.equal((await desk.must("remove_lock"))["was_told"], 0);
  });

  it("removes what was written to the lock meanwhile", async () => {
    desk.site.meanwhile = async () => {
      await desk.must("add_password", { password: "123456" });
    };
    await desk.must("remove_lock");
    assert.deepEqual([...desk.store.list("password")], []);
    assert.deepEqual([...desk.store.list("slot")], []);
  });
});

describe("rename_lock", () => {
  it("changes the name and nothing else", async () => {
    const before = desk.store.get("lock", [aLockId]);
    await desk.must("rename_lock", { name: "cellar" });
    assert.deepEqual(desk.store.get("lock", [aLockId]), { ...before, name: "cellar" });
    await desk.refuses(["rename_lock", { name: "" }], 14001, "name");
    await desk.refuses(["rename_lock", { name: "n".repeat(129) }], 14001, "name");
    await desk.refuses(["rename_lock", {}], 14001, "name");
    for (const name of ["   ", "\u00a0", "0x00124b0000000002", " 0X00124B0000000002"]) {
      await desk.refuses(["rename_lock", { name }], 14001, "name");
    }
  });
});

describe("what can be read", () => {
  beforeEach(async () => {
    await desk.must("add_password", { is_default: 1, password: "001234", phonenumber: "137" });
  });

  it("shows passwords in the words of the API, without any code", async () => {
    const end = desk.nowSeconds + 60;
    await desk.must("add_password", { password: "123456", name: "K", permission_end: end });
    const reply = await desk.must("fetch_passwords");
    assert.ok(!JSON.stringify(reply).includes("123456"));
    const passwords: unknown = reply["passwords"];
    assert.ok(Array.isArray(passwords));
    const [tenant, administrator]: Record<string, unknown>[] = passwords;
    assert.deepEqual(
      [tenant?.["id"], tenant?.["operation"], tenant?.["operation_stage"], tenant?.["name"]],
      [1, 1, 1, "K"],
    );
    assert.deepEqual(tenant?.["permission"], { begin: 0, end, status: 2 });
    assert.deepEqual(
      [administrator?.["id"], administrator?.["is_default"], administrator?.["send_to"]],
      [999, 1, "137"],
    );
    assert.deepEqual(administrator?.["permission"], { begin: 0, end: 0, status: 1 });
    desk.time.nowMs += 60_000;
    const later: unknown = (await desk.must("fetch_passwords"))["passwords"];
    assert.ok(Array.isArray(later));
    assert.equal(later[0].permission_state, 2);
  });

  it("shows the administrator's code with its zeros to whom may see it", async () => {
    const reply = await desk.must("get_default_password_plaintext");
    assert.equal(reply["password"], "001234");
    const hidden = { ...desk.password(999), code: null };
    await desk.write(put("password", [aLockId, 999], hidden));
    await desk.refuses(["get_default_password_plaintext", {}], 15006, "uuid");
  });

  it("shows lock, gateway and slots", async () => {
    const info = await desk.must("get_lock_info");
    assert.deepEqual(
      [info["uuid"], info["onoff_line"], info["power"], info["name"]],
      [aLockId, 1, 80, "front door"],
    );
    const center = await desk.call("get_center_info");
    assert.deepEqual([center["uuid"], center["onoff_line"], center["onoff_time"]], ["gw-1", 1, 5]);
    const { locks } = await desk.call("list_locks");
    assert.ok(Array.isArray(locks) && locks.length === 1);
    const { slots } = await desk.must("list_slots");
    assert.deepEqual(Array.isArray(slots) && slots[0], {
      user_id: 1,
      password_id: 999,
      at_lock: "unknown",
      is_managed: true,
      confidence: "unconfirmed",
      guard: "gateway",
      applied_revision: 0,
      refusals: 0,
      is_parked: false,
      verified_at: null,
    });
  });

  it("shows openings of a lock or of all, by time, in pages", async () => {
    const other = "0x00124b0000000002";
    for (let n = 1; n <= 5; n += 1) {
      const entry = {
        kind: "event",
        event: "lockerOpenAlarm",
        lock: n === 3 ? other : aLockId,
        detail: { eventid: 1, time: n * 1000, source: 2 },
      } as const;
      const gap = { ...entry, event: "brokenAlarm", detail: null } as const;
      const stamp = { atMs: n * 1000, clock: "synced" } as const;
      await desk.store.commit({ changes: [], journal: [entry, gap] }, stamp);
    }
    const times = async (params: object, command = "get_lock_events") => {
      const { lock_events } = await desk.call(command, params);
      assert.ok(Array.isArray(lock_events));
      return lock_events.map((event) => event.time);
    };
    assert.deepEqual(await times({}), [1000, 2000, 3000, 4000, 5000]);
    assert.deepEqual(await times({ uuid: aLockId }), [1000, 2000, 4000, 5000]);
    assert.deepEqual(await times({ offset: 1, count: 2 }), [2000, 3000]);
    assert.deepEqual(await times({ start_time: 2, end_time: 3 }), [2000, 3000]);
    for (const command of ["count_lock_events", "count_lock_envents"]) {
      assert.equal((await desk.call(command, { uuid: aLockId }))["count"], 4);
    }
    for (const [params, field] of [
      [{ count: 0 }, "count"],
      [{ count: 1001 }, "count"],
      [{ offset: -1 }, "offset"],
      [{ start_time: "x" }, "start_time"],
    ] as const) {
      assert.match((await desk.call("get_lock_events", params)).ErrMsg, new RegExp(`^${field}:`));
    }
    assert.equal((await desk.call("count_lock_events", { count: 1 })).ErrNo, 14001);
  });
});

describe("the administration of clients", () => {
  const root = { transport: "socket", name: "root", scope: "manager", origin: "local" } as const;

  it("is for the gateway itself only", async () => {
    for (const [command, params] of [
      ["client_add", { scope: "manager" }],
      ["client_list", {}],
      ["client_remove", { client_id: "a" }],
    ] as const) {
      assert.equal((await desk.call(command, params)).ErrNo, 15014);
    }
  });

  it("makes a name once, also when it is asked for twice at the same time", async () => {
    const params = { client_id: "app", scope: "manager" };
    const replies = await Promise.all([
      desk.call("client_add", params, root),
      desk.call("client_add", params, root),
    ]);
    assert.deepEqual(replies.map(({ ErrNo }) => ErrNo).sort(), [0, 11000]);
    const { clients } = await desk.call("client_list", {}, root);
    assert.ok(Array.isArray(clients) && clients.length === 1);
    assert.equal((await desk.call("client_remove", { client_id: "app" }, root)).ErrNo, 0);
    assert.equal((await desk.call("client_remove", { client_id: "app" }, root)).ErrNo, 15006);
  });
});

describe("a fault of the gateway itself", () => {
  it("is answered as 15000 without its text, and logged with its cause", async () => {
    await desk.write(
      put("password", [aLockId, 999], aPassword({ id: 999, code: { box: "broken", mark: "m" } })),
      put("slot", [aLockId, 1], aSlot({ holder: 999 })),
    );
    await assert.rejects(desk.ask("get_default_password_plaintext"), { name: "StoreFailure" });
    desk.site.meanwhile = () => Promise.reject(new Error("the radio's inner secret"));
    const reply = await desk.ask("remote_lock");
    assert.deepEqual([reply.ErrNo, reply.ErrMsg], [15000, "internal error"]);
    assert.equal(desk.faults.length, 1);
  });
});

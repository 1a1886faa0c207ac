import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mayCall } from "../../../../../daemon/api/scopes.ts";
import type { CommandReply } from "../../../../../daemon/commands/execution.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import { errorTable } from "../../../../../daemon/core/model/errors.ts";
import { administratorId } from "../../../../../daemon/core/model/password.ts";
import { put, remove } from "../../../../../daemon/store/store.ts";
import type { CommandRoom } from "../../../../support/rigs/command-room.ts";
import {
  beganAtMs,
  foreign,
  foreignWords,
  fresh,
  installer,
  newFound,
  oldFound,
  own,
  refuseAdministrator,
  stray,
  twoHomes,
  unknown,
} from "../../../../support/rigs/two-homes.ts";

const { notFound, roomMissing, deviceExists } = errorTable;

type Class =
  /** It names a lock by `uuid`, or by `home_id` and `room_id`. */
  | "lock"
  /** It names a device that may have no records yet. */
  | "device"
  /** It names a home by `home_id`. */
  | "home"
  /** It lists locks, homes or records about them. */
  | "list"
  /** It concerns the gateway or the caller's own sessions, and names no lock. */
  | "gateway";

/** Every command that an installer may call. One that is not here must be refused to installers. */
const classes: Readonly<Record<string, readonly [Class, object?]>> = {
  list_locks: ["list"],
  show_lock: ["lock"],
  list_slots: ["lock"],
  lock_windows: ["lock", { from: 1_800_000_000, to: 1_800_600_000 }],
  list_alarms: ["list"],
  rename_lock: ["lock", { name: "new name" }],
  remove_lock: ["lock"],
  scan_lock: ["lock"],
  list_unmanaged: ["lock"],
  adopt_lock: ["device"],
  permit_join: ["device"],
  read_radio_log: ["lock"],
  list_passwords: ["lock"],
  list_homes: ["list"],
  add_password: ["lock", { is_default: 1, password: "246802" }],
  update_password: ["lock", { password_id: administratorId, password: "246802" }],
  bind_center: ["home"],
  unbind_center: ["home"],
  bind_lock: ["lock", { home_id: "h1", room_id: "free" }],
  move_lock: ["lock", { home_id: "h1", room_id: "free" }],
  unbind_lock: ["lock"],
  list_orders: ["list"],
  order_update: ["home"],
  order_confirm: ["home"],
  find_orders: ["list", { home_id: ["h1", "h2"] }],
  doctor: ["list"],
  get_stick: ["gateway"],
  get_network: ["list", { links: 1 }],
  get_clock: ["gateway"],
  set_clock: ["gateway", { time: 1_800_000_000 }],
  get_cloud: ["gateway"],
  read_journal: ["list", { count: 500 }],
  get_log_level: ["gateway"],
  set_log_level: ["gateway", { level: "info" }],
  support_bundle: ["list"],
  passphrase_set: ["gateway", { current: "x", passphrase: "four words and a half" }],
  session_list: ["gateway"],
  session_end: ["gateway", { session_id: "none" }],
};

const reachable = commands.filter(({ access, pageAccess = access }) =>
  mayCall("installer", pageAccess),
);

function ofClass(wanted: Class): readonly (readonly [string, object])[] {
  return reachable.flatMap(({ name }) => {
    const [found, params = {}] = classes[name] ?? [];
    return found === wanted ? [[name, params] as const] : [];
  });
}

/** Everything that is stored of the locks and homes that are not the caller's. */
function othersRecords({ store }: CommandRoom): string {
  const ofLocks = [foreign, stray].map((lock) => [
    store.get("lock", [lock]),
    store.get("binding", [lock]),
    [...store.list("password", [lock])],
  ]);
  return JSON.stringify([ofLocks, store.get("home", ["h2"]), store.get("order", ["h2"])]);
}

/** Returns a reply with the names of what it was asked for as one word. */
function asked(reply: CommandReply, ...names: readonly string[]): string {
  return names.reduce((text, name) => text.replaceAll(name, "NAME"), JSON.stringify(reply));
}

function foreignWordsIn(reply: CommandReply): readonly string[] {
  const text = JSON.stringify(reply);
  return foreignWords.filter((word) => text.includes(word));
}

describe("an installer who is limited to homes", () => {
  it("may call only commands of which it is known how they are limited", () => {
    const names = reachable.map(({ name }) => name);
    assert.deepEqual(Object.keys(classes).toSorted(), names.toSorted());
  });

  for (const [name, params] of ofClass("lock")) {
    it(`gets the same answer of ${name} for a lock of another home as for none`, async () => {
      const room = await twoHomes();
      const before = othersRecords(room);
      const nothing = await room.call(name, { ...params, uuid: unknown });
      assert.equal(nothing.ErrNo, notFound.errNo, name);
      for (const uuid of [foreign, stray]) {
        const reply = await room.call(name, { ...params, uuid });
        assert.equal(asked(reply, uuid), asked(nothing, unknown));
      }
      assert.equal(othersRecords(room), before);
      assert.deepEqual(room.site.removed, []);
      await room.close();
    });

    it(`is served by ${name} at a lock of its home and at one paired in its session`, async () => {
      for (const uuid of [own, fresh]) {
        const room = await twoHomes();
        if (name === "add_password") await room.put(remove("password", [uuid, administratorId]));
        if (name === "update_password") await refuseAdministrator(room, uuid);
        const { ErrNo, ErrMsg } = await room.call(name, { ...params, uuid });
        const isBound = name === "bind_lock" && uuid === own;
        const isUnbound = name === "unbind_lock";
        if (!isBound && !isUnbound) assert.equal(ErrNo, 0, `${name} ${ErrMsg}`);
        assert.deepEqual(room.faults, []);
        await room.close();
      }
    });
  }

  it("finds no lock by the room of another home", async () => {
    const room = await twoHomes();
    const system = room.store.get("room", ["h2", "r1"])?.systemId ?? "";
    assert.notEqual(system, "");
    const before = othersRecords(room);
    for (const [name, params] of ofClass("lock")) {
      if (name === "bind_lock" || name === "move_lock") continue;
      const named = await room.errNo(name, { ...params, home_id: "h2", room_id: "r1" });
      assert.equal(named, notFound.errNo, name);
      for (const room_id of [system, "h2"]) {
        assert.equal(await room.errNo(name, { ...params, room_id }), roomMissing.errNo, name);
      }
    }
    const into = { uuid: fresh, home_id: "h2", room_id: "free" };
    assert.equal(await room.errNo("bind_lock", into), notFound.errNo);
    assert.equal(await room.errNo("move_lock", into), notFound.errNo);
    assert.equal(othersRecords(room), before);
    await room.close();
  });

  for (const [name, params] of ofClass("home")) {
    it(`gets the same answer of ${name} for another home as for none`, async () => {
      const room = await twoHomes();
      const before = othersRecords(room);
      const nothing = await room.call(name, { ...params, home_id: "none" });
      const reply = await room.call(name, { ...params, home_id: "h2" });
      assert.equal(reply.ErrNo, notFound.errNo);
      assert.equal(asked(reply, "h2"), asked(nothing, "none"));
      assert.equal(othersRecords(room), before);
      const { ErrMsg } = await room.call(name, { ...params, home_id: "h1" });
      assert.doesNotMatch(ErrMsg, /there is no home/);
      await room.close();
    });
  }

  for (const [name, params] of ofClass("list")) {
    it(`reads in ${name} of its own home, and nothing of another one`, async () => {
      const room = await twoHomes();
      const reply = await room.call(name, params);
      assert.equal(reply.ErrNo, 0, reply.ErrMsg);
      assert.deepEqual(foreignWordsIn(reply), []);
      assert.match(JSON.stringify(reply), /00124b00000000a1|Own/);
      room.caller = { ...installer, scope: "manager" };
      const { homes: _homes, ...everywhere } = room.caller;
      room.caller = everywhere;
      assert.notDeepEqual(foreignWordsIn(await room.call(name, params)), [], "the test sees it");
      await room.close();
    });
  }

  for (const [name, params] of ofClass("gateway")) {
    it(`reads in ${name} nothing of another home`, async () => {
      const room = await twoHomes();
      const reply = await room.call(name, params);
      assert.notEqual(reply.ErrNo, errorTable.badParameters.errNo, reply.ErrMsg);
      assert.deepEqual(foreignWordsIn(reply), []);
      await room.close();
    });
  }

  it("pairs and adopts what is new, and nothing that hangs in another home", async () => {
    const room = await twoHomes();
    for (const uuid of [foreign, stray, oldFound, unknown]) {
      assert.equal(await room.errNo("adopt_lock", { uuid }), notFound.errNo, uuid);
    }
    assert.equal(await room.errNo("adopt_lock", { uuid: own }), deviceExists.errNo);
    assert.equal(await room.errNo("adopt_lock", { uuid: newFound }), 0);
    assert.equal(await room.errNo("permit_join", { uuid: foreign }), notFound.errNo);
    assert.equal(room.site.permitted, null);
    for (const uuid of [own, stray, unknown]) {
      assert.equal(await room.errNo("permit_join", { uuid }), 0, uuid);
    }
    assert.equal(await room.errNo("permit_join", {}), 0);
    await room.close();
  });

  it("reads the journal of its locks only, page by page in both directions", async () => {
    const room = await twoHomes();
    const { head } = room.store.journalRange();
    const seen: unknown[] = [];
    for (let from: unknown = 1; from !== null; ) {
      const reply = await room.call("read_journal", { from, count: 1 });
      assert.deepEqual(foreignWordsIn(reply), []);
      const { records, next } = reply;
      assert.ok(Array.isArray(records));
      seen.push(...records.map(({ seq }) => seq));
      from = next ?? null;
    }
    const back: unknown[] = [];
    for (let before: unknown = head + 1; before !== null; ) {
      const reply = await room.call("read_journal", { before, count: 1 });
      assert.deepEqual(foreignWordsIn(reply), []);
      const { records, previous } = reply;
      assert.ok(Array.isArray(records));
      back.unshift(...records.map(({ seq }) => seq));
      before = previous ?? null;
    }
    assert.deepEqual(back, seen);
    const whole = await room.call("read_journal", { count: 500 });
    assert.ok(Array.isArray(whole["records"]));
    assert.deepEqual(
      whole["records"].map(({ seq }) => seq),
      seen,
    );
    for (const uuid of [foreign, stray, unknown]) {
      assert.equal(await room.errNo("read_journal", { uuid }), notFound.errNo);
    }
    await room.close();
  });

  it("loses a lock that somebody binds to another home", async () => {
    const room = await twoHomes();
    assert.equal(await room.errNo("show_lock", { uuid: fresh }), 0);
    await room.put(
      put("binding", [fresh], { lock: fresh, homeId: "h2", roomId: "free", boundAtMs: beganAtMs }),
    );
    assert.equal(await room.errNo("show_lock", { uuid: fresh }), notFound.errNo);
    await room.close();
  });

  it("removes every record of a lock that somebody unbinds while it is unpaired", async () => {
    const room = await twoHomes();
    room.site.removeLock = async () => {
      room.caller = { ...room.caller, scope: "manager" };
      const { homes: _homes, ...manager } = room.caller;
      await room.executor.execute({
        command: "unbind_lock",
        params: { uuid: own },
        caller: manager,
      });
      return { wasTold: true };
    };
    assert.equal(await room.errNo("remove_lock", { uuid: own }), 0);
    assert.equal(room.store.get("lock", [own]), undefined);
    assert.deepEqual([...room.store.list("password", [own])], []);
    await room.close();
  });

  it("touches every lock once nothing limits it", async () => {
    const room = await twoHomes();
    const { homes: _homes, ...everywhere } = installer;
    room.caller = everywhere;
    for (const uuid of [own, foreign, stray, fresh]) {
      assert.equal(await room.errNo("show_lock", { uuid }), 0, uuid);
    }
    await room.close();
  });
});

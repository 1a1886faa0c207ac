import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { mayCall } from "../../../../../daemon/api/scopes.ts";
import { addPassword } from "../../../../../daemon/commands/passwords/add-password.ts";
import type { LockId } from "../../../../../daemon/core/model/door-lock.ts";
import { errorTable } from "../../../../../daemon/core/model/errors.ts";
import { administratorId, type PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import type { SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import { put, remove } from "../../../../../daemon/store/store.ts";
import { aPassword, aSlot } from "../../../../support/records.ts";
import type { CommandRoom } from "../../../../support/rigs/command-room.ts";
import {
  foreign,
  fresh,
  installer,
  own,
  stray,
  twoHomes,
} from "../../../../support/rigs/two-homes.ts";

const { permissionDenied, notFound } = errorTable;
const weekly = { days: ["monday"], start_minute: 480, end_minute: 540, time_zone: "UTC" };
const administrator = { is_default: 1, password: "246802" };

let room: CommandRoom;

function passwordsOf(lock: LockId): readonly number[] {
  return [...room.store.list("password", [lock])].map(({ id }) => id);
}

/** Puts an administrator's password that failed at the lock, and its slot. */
async function failedAdministrator(
  lock: LockId,
  { password = {}, slot = {} }: { password?: Partial<PasswordRecord>; slot?: Partial<SlotRecord> },
): Promise<void> {
  const code = aPassword({ lock, id: administratorId, operationStage: "failed", ...password });
  await room.put(
    put("password", [lock, administratorId], { ...code, failure: code.failure ?? "refused" }),
    put("slot", [lock, 1], aSlot({ lock, holder: administratorId, ...slot })),
  );
}

describe("an installer's add_password", () => {
  beforeEach(async () => {
    room = await twoHomes();
    for (const lock of [own, fresh, foreign, stray]) {
      await room.put(remove("password", [lock, administratorId]));
    }
  });
  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  it("sets the administrator's code of a lock that was paired in his session", async () => {
    const reply = await room.call("add_password", { uuid: fresh, ...administrator });
    assert.deepEqual([reply.ErrNo, reply["id"]], [0, administratorId]);
    assert.deepEqual(passwordsOf(fresh), [administratorId]);
    const { passwords } = await room.call("list_passwords", { uuid: fresh });
    assert.ok(Array.isArray(passwords));
    assert.equal(passwords.length, 1);
    assert.doesNotMatch(JSON.stringify(passwords), /246802/);
  });

  it("sets it at a lock of his homes that has none, whenever that was paired", async () => {
    assert.equal(await room.errNo("add_password", { uuid: own, ...administrator }), 0);
    const bound = { home_id: "h1", room_id: "r1" };
    await room.put(remove("password", [own, administratorId]));
    assert.equal(await room.errNo("add_password", { ...bound, ...administrator, name: "A" }), 0);
  });

  it("is denied at a lock that has an administrator's code, and changes nothing", async () => {
    assert.equal(await room.errNo("add_password", { uuid: own, ...administrator }), 0);
    const before = JSON.stringify([...room.store.list("password", [own])]);
    const again = { uuid: own, is_default: 1, password: "975318" };
    assert.equal(await room.errNo("add_password", again), permissionDenied.errNo);
    assert.equal(JSON.stringify([...room.store.list("password", [own])]), before);
  });

  it("is denied for any other password", async () => {
    assert.equal(await room.errNo("add_password", { uuid: own, ...administrator }), 0);
    for (const kind of [{}, { is_default: 0 }]) {
      for (const uuid of [own, fresh]) {
        const wanted = { uuid, password: "975318", ...kind };
        assert.equal(await room.errNo("add_password", wanted), permissionDenied.errNo);
      }
    }
    assert.deepEqual([passwordsOf(own), passwordsOf(fresh)], [[administratorId], []]);
  });

  it("is denied for a code that is sent to somebody, limited, one-time or a silent alarm", async () => {
    const odd: readonly object[] = [
      { phonenumber: "0301234567" },
      { permission_end: 1_900_000_000 },
      { permission_begin: 1_800_000_000 },
      { permisson_begin: 1_800_000_000 },
      { one_time: 1 },
      { duress: 1 },
      { weekly },
    ];
    for (const fields of odd) {
      const { ErrNo } = await room.call("add_password", {
        ...{ uuid: fresh, ...administrator, ...fields },
      });
      assert.equal(ErrNo, permissionDenied.errNo, JSON.stringify(fields));
      assert.deepEqual(passwordsOf(fresh), [], JSON.stringify(fields));
    }
  });

  it("finds no lock outside his homes", async () => {
    for (const uuid of [foreign, stray]) {
      assert.equal(await room.errNo("add_password", { uuid, ...administrator }), notFound.errNo);
      assert.deepEqual(passwordsOf(uuid), []);
    }
  });

  it("is denied at a lock without a home that was paired before, also without a limit", async () => {
    const { homes: _homes, ...everywhere } = installer;
    room.caller = everywhere;
    const denied = await room.errNo("add_password", { uuid: stray, ...administrator });
    assert.equal(denied, permissionDenied.errNo);
    assert.deepEqual(passwordsOf(stray), []);
    for (const uuid of [foreign, fresh]) {
      assert.equal(await room.errNo("add_password", { uuid, ...administrator }), 0);
    }
  });

  it("is denied to an API client, which has no session", async () => {
    const { homes: _homes, session: _session, ...client } = installer;
    room.caller = client;
    for (const uuid of [own, fresh]) {
      const denied = await room.errNo("add_password", { uuid, ...administrator });
      assert.equal(denied, permissionDenied.errNo);
    }
    assert.deepEqual([passwordsOf(own), passwordsOf(fresh)], [[], []]);
  });

  it("is not for stewards and technicians", () => {
    for (const scope of ["steward", "technician"] as const) {
      assert.equal(mayCall(scope, addPassword.access), false);
    }
  });
});

describe("an installer's update_password", () => {
  const other = { password_id: administratorId, password: "975318" };

  beforeEach(async () => {
    room = await twoHomes();
  });
  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  it("sets another administrator's code while the lock has refused every one", async () => {
    for (const uuid of [own, fresh]) {
      for (const failure of ["refused", "duplicate", "full", "unsupported"] as const) {
        await failedAdministrator(uuid, { password: { failure, operation: "update" } });
        const { passwords } = await room.call("list_passwords", { uuid });
        assert.match(JSON.stringify(passwords), /"was_in_lock":0/);
        assert.equal(await room.errNo("update_password", { uuid, ...other }), 0);
        const next = room.store.get("password", [uuid, administratorId]);
        assert.deepEqual([next?.operationStage, next?.failure], ["inProgress", null]);
      }
    }
  });

  it("is denied once the lock has accepted a code, or while it has not answered", async () => {
    const states = [
      { password: { operationStage: "inProgress" } },
      { password: { operationStage: "done" } },
      { password: { failure: "lost" } },
      { password: { origin: "keypad" } },
      { password: { failure: "refused" }, slot: { appliedRevision: 1 } },
    ] as const;
    for (const state of states) {
      await failedAdministrator(own, state);
      const before = JSON.stringify([...room.store.list("password", [own])]);
      const denied = await room.errNo("update_password", { uuid: own, ...other });
      assert.equal(denied, permissionDenied.errNo, JSON.stringify(state));
      assert.equal(JSON.stringify([...room.store.list("password", [own])]), before);
    }
  });

  it("is denied for a code that is not the administrator's, and for one that ends", async () => {
    await failedAdministrator(own, {});
    await room.put(
      put("password", [own, 1], aPassword({ lock: own, id: 1, operationStage: "failed" })),
    );
    for (const fields of [{ password_id: 1 }, { permission_end: 1_900_000_000 }, { duress: 1 }]) {
      const wanted = { uuid: own, ...other, ...fields };
      assert.equal(await room.errNo("update_password", wanted), permissionDenied.errNo);
    }
  });

  it("finds no lock outside his homes, and is denied to an API client without a session", async () => {
    for (const uuid of [foreign, stray]) {
      await failedAdministrator(uuid, {});
      assert.equal(await room.errNo("update_password", { uuid, ...other }), notFound.errNo);
    }
    await failedAdministrator(own, {});
    const { session: _session, ...client } = installer;
    room.caller = client;
    const denied = await room.errNo("update_password", { uuid: own, ...other });
    assert.equal(denied, permissionDenied.errNo);
  });
});

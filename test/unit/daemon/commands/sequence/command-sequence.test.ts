import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { CloudCommand } from "../../../../../daemon/commands/execution.ts";
import { CommandSequence } from "../../../../../daemon/commands/sequence/command-sequence.ts";
import {
  copySuspensionSetting,
  restoredSetting,
} from "../../../../../daemon/core/contact/suspended-grants.ts";
import {
  type CommandStamp,
  commandStampLimit,
  maxAheadMs,
  sequenceAfter,
  staleSubject,
} from "../../../../../daemon/core/input/command-stamps.ts";
import { put, remove } from "../../../../../daemon/store/store.ts";
import { aLockId } from "../../../../support/records.ts";
import { CommandDesk } from "../../../../support/rigs/command-desk.ts";

const stale = 16010;

describe("the sequence of the cloud's commands", () => {
  let desk: CommandDesk;
  let count = 0;

  beforeEach(async () => {
    desk = await CommandDesk.open();
    await send(1, "add_password", { is_default: 1, password: "999111" });
  });
  afterEach(() => desk.close());

  /** Sends a command that the cloud issued so many seconds after the first; the clock is later than all. */
  async function send(at: number, name: string, params: object = {}, more: object = {}) {
    count += 1;
    const times = { iat: desk.nowSeconds - 1_000 + at, isSigned: true, ...more } as const;
    const command: CloudCommand = {
      id: `c${count}`,
      command: name,
      params: JSON.parse(JSON.stringify({ uuid: aLockId, ...params })),
      ...times,
    };
    const { seq } = await desk.executor.executeFromCloud(command);
    const [record] = await desk.store.readJournal(seq, 1);
    assert.ok(record?.entry.kind === "reply");
    return record.entry;
  }
  const errNoOf = async (...args: Parameters<typeof send>) => (await send(...args)).errNo;
  const must = async (...args: Parameters<typeof send>) => {
    const reply = await send(...args);
    assert.equal(reply.errNo, 0, reply.errMsg);
    return Number(reply.result["password_id"]);
  };

  it("refuses an unfreeze that is older than the freeze, also after a restart", async () => {
    const id = { password_id: await must(10, "add_password", { password: "123456" }) };
    await must(20, "frozen_password", id);
    assert.equal(await errNoOf(15, "unfrozen_password", id), stale);
    await desk.restart();
    assert.equal(await errNoOf(19, "unfrozen_password", id), stale);
    assert.equal(desk.password(id.password_id).isFrozen, true);
    await must(21, "unfrozen_password", id);
  });

  it("refuses an update that is older than the newest command for the password", async () => {
    const id = { password_id: await must(10, "add_password", { password: "123456" }) };
    await must(20, "update_password", { ...id, password: "222222" });
    assert.equal(await errNoOf(15, "update_password", { ...id, password: "333333" }), stale);
    await must(20, "update_password", { ...id, name: "same second" });
  });

  it("refuses an older code for the administrator", async () => {
    await must(20, "update_password", { password_id: 999, password: "999222" });
    const older = { password_id: 999, password: "999333" };
    assert.equal(await errNoOf(10, "update_password", older), stale);
  });

  it("takes a freeze and a deletion at any age, but no freeze that a later command undid", async () => {
    const id = { password_id: await must(10, "add_password", { password: "123456" }) };
    await must(50, "update_password", { ...id, password: "222222" });
    await must(20, "frozen_password", id);
    await must(60, "unfrozen_password", id);
    assert.equal(await errNoOf(30, "frozen_password", id), stale);
    assert.equal(desk.password(id.password_id).isFrozen, false);
    await must(5, "delete_password", id);
    assert.equal(desk.password(id.password_id).isDeleted, true);
  });

  it("refuses to add a code that was deleted after the addition was issued", async () => {
    const id = { password_id: await must(10, "add_password", { password: "123456" }) };
    await must(20, "delete_password", id);
    await desk.write(remove("password", [aLockId, id.password_id]));
    for (const { userId } of [...desk.store.list("slot", [aLockId])]) {
      if (userId !== 999) await desk.write(remove("slot", [aLockId, userId]));
    }
    assert.equal(await errNoOf(15, "add_password", { password: "123456" }), stale);
    await must(25, "add_password", { password: "123456" });
  });

  it("refuses a dynamic password that was asked for before the last one was deleted", async () => {
    await must(10, "get_dynamic_password_plaintext");
    await must(20, "delete_password", { password_id: 0 });
    assert.equal(await errNoOf(15, "get_dynamic_password_plaintext"), stale);
  });

  it("refuses a snapshot that is older than what was taken for the lock, and grants older than a snapshot", async () => {
    const administrator = { password_id: 999, revision: 1 };
    const snapshot = (passwords: object[]) => ({ passwords: [administrator, ...passwords] });
    await must(20, "apply_snapshot", snapshot([]));
    const guest = { password_id: 7, revision: 1, password: "777777" };
    assert.equal(await errNoOf(10, "apply_snapshot", snapshot([guest])), stale);
    assert.equal(await errNoOf(15, "add_password", { password: "123456" }), stale);
    await must(30, "apply_snapshot", snapshot([guest]));
  });

  it("binds no other password of the lock", async () => {
    const id = await must(10, "add_password", { password: "123456" });
    await must(30, "frozen_password", { password_id: id });
    assert.notEqual(await must(20, "add_password", { password: "345678" }), id);
  });

  it("remembers what was decided on site", async () => {
    const id = { password_id: await must(10, "add_password", { password: "123456" }) };
    await desk.must("frozen_password", id);
    assert.equal(await errNoOf(500, "unfrozen_password", id), stale);
  });

  it("refuses what was issued before the lock was paired, revocations apart", async () => {
    const id = { password_id: await must(10, "add_password", { password: "123456" }) };
    const lock = desk.store.get("lock", [aLockId]);
    assert.ok(lock !== undefined);
    await desk.write(put("lock", [aLockId], { ...lock, pairedAtMs: desk.nowSeconds * 1000 }));
    assert.equal(await errNoOf(20, "remove_lock"), stale);
    assert.equal(await errNoOf(20, "add_password", { password: "222222" }), stale);
    await must(20, "frozen_password", id);
  });

  it("refuses to bring a home back, or to delete it, by a command older than the newest", async () => {
    const home = { uuid: undefined, home_id: "h1" };
    await must(10, "add_home", { ...home, home_name: "one" });
    await must(30, "update_home", { ...home, home_name: "two" });
    assert.equal(await errNoOf(20, "del_home", home), stale);
    await must(40, "del_home", home);
    assert.equal(await errNoOf(35, "add_home", { ...home, home_name: "old" }), stale);
  });

  it("takes no grant from before a restore, and no older command releases suspended grants", async () => {
    const id = { password_id: await must(10, "add_password", { password: "123456" }) };
    await desk.write(
      put("setting", [restoredSetting], { value: true }),
      put("setting", copySuspensionSetting(aLockId), { value: desk.nowSeconds * 1000 }),
    );
    await desk.restart();
    assert.equal(await errNoOf(30, "release_grants"), stale);
    assert.equal(await errNoOf(40, "update_password", { ...id, password: "222222" }), stale);
    await must(1_000, "update_password", { ...id, password: "333333" });
    await must(20, "delete_password", id);
  });

  it("holds for commands without a signature too, but a time far ahead counts for nothing there", async () => {
    const plain = { isSigned: undefined };
    const id = { password_id: await must(10, "add_password", { password: "123456" }, plain) };
    await must(100_000, "update_password", { ...id, name: "ahead" }, plain);
    await must(20, "frozen_password", id, plain);
    assert.equal(await errNoOf(15, "unfrozen_password", id, plain), stale);
    await must(30, "unfrozen_password", id, { iat: undefined, isSigned: undefined });
  });
});

describe("a command that acts at once", () => {
  let desk: CommandDesk;
  beforeEach(async () => {
    desk = await CommandDesk.open();
  });
  afterEach(() => desk.close());

  async function send(command: string, params: object, times: Partial<CloudCommand>) {
    const id = `${command} ${JSON.stringify([params, times])}`;
    const { seq } = await desk.executor.executeFromCloud({ id, command, params, ...times });
    const [record] = await desk.store.readJournal(seq, 1);
    assert.ok(record?.entry.kind === "reply");
    return record.entry;
  }

  const signed = { isSigned: true } as const;
  for (const [what, command, params, more] of [
    ["remote_unlock", "remote_unlock", { uuid: aLockId }, {}],
    ["signed remote_unlock", "remote_unlock", { uuid: aLockId }, signed],
    ["remote_lock", "remote_lock", { uuid: aLockId }, {}],
    ["signed permit_join", "permit_join", { seconds: 60 }, signed],
  ] as const) {
    it(`(${what}) needs an exp at most 60 s after iat`, async () => {
      const iat = desk.nowSeconds;
      for (const exp of [undefined, iat + 61, iat + 86_400]) {
        const times = { iat, ...(exp === undefined ? {} : { exp }), ...more };
        const reply = await send(command, params, times);
        assert.equal(reply.errNo, 14001);
        assert.match(
          reply.errMsg,
          /^exp: .* needs an exp \(Unix seconds\) at most 60 s after iat$/,
        );
      }
      assert.deepEqual(desk.site.asked, []);
      assert.equal((await send(command, params, { iat, exp: iat + 60, ...more })).errNo, 0);
      assert.equal(desk.site.asked.length, 1);
    });

    it(`(${what}) is refused when its time is over`, async () => {
      const iat = desk.nowSeconds - 61;
      assert.equal((await send(command, params, { iat, exp: iat + 60, ...more })).errNo, 16003);
      assert.deepEqual(desk.site.asked, []);
    });

    it(`(${what}) does not live longer by an iat that is far ahead`, async () => {
      const iat = desk.nowSeconds + 86_400;
      assert.equal((await send(command, params, { iat, exp: iat + 60, ...more })).errNo, 14001);
      assert.deepEqual(desk.site.asked, []);
    });

    it(`(${what}) is refused while the time is lost`, async () => {
      const iat = desk.nowSeconds;
      desk.time.state = "lost";
      const reply = await send(command, params, { iat, exp: iat + 60, ...more });
      assert.equal(reply.errNo, 16007);
      assert.match(reply.errMsg, /^exp:/);
      assert.deepEqual(desk.site.asked, []);
    });
  }

  it("may leave out iat without a signature: its minute then counts from now", async () => {
    const unlock = (exp: number) => send("remote_unlock", { uuid: aLockId }, { exp });
    assert.equal((await unlock(desk.nowSeconds + 86_400)).errNo, 14001);
    assert.equal((await unlock(desk.nowSeconds + 30)).errNo, 0);
  });

  it("needs no exp when it closes the network", async () => {
    const iat = desk.nowSeconds;
    assert.equal((await send("permit_join", { seconds: 0 }, { iat, ...signed })).errNo, 0);
  });
});

describe("the memory of the order", () => {
  it("drops the oldest at its limit, and takes nothing older than they were from then on", () => {
    const stamps = new Map<string, CommandStamp>(
      Array.from({ length: commandStampLimit }, (_, index) => {
        return [`password/lock/${index}`, { takenMs: 1_000 + index, undoneMs: 0 }] as const;
      }),
    );
    const state = {
      stamp: (subject: string) => stamps.get(subject),
      size: stamps.size,
      all: () => stamps,
      floorMs: 0,
    };
    const touches = [{ subject: "password/lock/new", kind: "grant" }] as const;
    const { dropped, floorMs, put: added } = sequenceAfter(state, touches, 99_999);
    assert.deepEqual([dropped.length, floorMs, added.size], [commandStampLimit / 8, 1_511, 1]);
    assert.equal(dropped[0], "password/lock/0");
    const after = { ...state, floorMs };
    const old = [{ subject: "password/lock/never seen", kind: "grant" }] as const;
    const at = (issuedMs: number) =>
      staleSubject(after, old, { issuedMs, nowMs: 100_000, maxAheadMs });
    assert.deepEqual([at(1_510), at(1_511)], ["password/lock/never seen", null]);
  });

  it("goes with the lock that is unpaired", async () => {
    const desk = await CommandDesk.open();
    await desk.must("add_password", { is_default: 1, password: "999111" });
    assert.ok([...desk.store.list("commandStamp")].length > 0);
    await desk.must("remove_lock");
    assert.deepEqual([...desk.store.list("commandStamp")], []);
    assert.ok(new CommandSequence(desk.store) instanceof CommandSequence);
    await desk.close();
  });
});

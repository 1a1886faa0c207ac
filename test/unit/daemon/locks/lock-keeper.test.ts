import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

/*
 * Each test has a lock of its own, so they run side by side on one stick. What disturbs the stick
 * itself is in interruptions.test.ts; locks that do not do as they should are in reluctant-lock.test.ts.
 */
describe("the lock keeper", { concurrency: 8, timeout: 120_000 }, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open([{ model: /^easyCodeTouch/, quirks: { spacingMs: 100 } }]);
  });
  after(() => rig.close());

  const add = { password: "123456", name: "K" };

  it("sets, changes, freezes, unfreezes and clears the code of a password", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", add);
    await rig.untilLive(lock, "123456");
    await rig.operation(lock, 1, [1, 3]);
    await rig.must(lock, "update_password", { password_id: 1, password: "000012" });
    await rig.untilLive(lock, "000012");
    await rig.operation(lock, 1, [3, 3]);
    await rig.must(lock, "frozen_password", { password_id: 1 });
    await rig.operation(lock, 1, [4, 3]);
    assert.deepEqual(rig.live(lock), []);
    assert.equal(lock.users().length, 2, "frozen, not gone");
    assert.equal(lock.keypad("000012"), "refused");
    await rig.must(lock, "unfrozen_password", { password_id: 1 });
    await rig.untilLive(lock, "000012");
    await rig.operation(lock, 1, [5, 3]);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.operation(lock, 1, [2, 3]);
    assert.equal(lock.users().length, 1);
    const { passwords } = await rig.must(lock, "fetch_passwords");
    assert.ok(Array.isArray(passwords));
    assert.deepEqual(
      passwords.map(({ id }) => id),
      [999],
    );
  });

  it("sends only the newest code once an unreachable lock is back", async () => {
    const lock = await rig.lock();
    lock.goOutOfRange();
    await rig.must(lock, "add_password", { password: "111111" });
    await rig.event(lock, "lockOfflineAlarm");
    for (const password of ["222222", "333333"]) {
      await rig.must(lock, "update_password", { password_id: 1, password });
    }
    lock.comeBack();
    lock.turnKnob("lock");
    await rig.untilLive(lock, "333333");
    await rig.operation(lock, 1, [3, 3]);
    const acts = lock.acts().filter(({ act }) => act === "programmed");
    assert.equal(acts.length, 2, "the administrator's code and the newest one");
  });

  it("sets a code when its window begins and clears it when the window ends", async () => {
    const lock = await rig.lock();
    const begin = Math.floor(Date.now() / 1000) + 2;
    const window = { permission_begin: begin, permission_end: begin + 2 };
    await rig.must(lock, "add_password", { ...add, ...window });
    assert.equal(lock.keypad("123456"), "refused");
    await rig.untilLive(lock, "123456");
    assert.ok(Date.now() >= begin * 1000, "not before the begin");
    assert.equal(lock.keypad("123456"), "opened");
    await rig.untilLive(lock);
    assert.ok(Date.now() >= (begin + 2) * 1000, "not before the end");
    const row = await rig.event(lock, "lockerOpenAlarm");
    assert.deepEqual([row.detail?.["sourceid"], row.detail?.["source_name"]], [1, "K"]);
    await rig.until("its slot to be free", () =>
      rig.store.get("password", [idOf(lock), 1])?.userId === null ? true : null,
    );
  });

  it("clears a one-time password after its first opening", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { ...add, one_time: 1 });
    await rig.operation(lock, 1, [1, 3]);
    assert.equal(lock.keypad("123456"), "opened");
    await rig.untilLive(lock);
    assert.equal(lock.keypad("123456"), "refused");
  });

  it("revokes with the first frame of a lock that was away, and reports the delay", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    lock.goOutOfRange();
    await rig.must(lock, "delete_password", { password_id: 1 });
    // From now on the lock is left alone for a minute.
    await rig.event(lock, "lockOfflineAlarm");
    lock.comeBack();
    lock.turnKnob("unlock");
    await rig.untilLive(lock);
    await rig.operation(lock, 1, [2, 3]);
    await rig.event(lock, "clearLockOfflineAlarm");
  });

  it("clears both codes before it sets either when two passwords swap their codes in one snapshot", async () => {
    const lock = await rig.lock();
    for (const password of ["111111", "222222"]) {
      await rig.must(lock, "add_password", { password });
      await rig.untilLive(lock, ...(password === "111111" ? ["111111"] : ["111111", "222222"]));
    }
    const slotOf = (code: string) =>
      lock.users().find(({ pinCode }) => pinCode.reveal() === code)?.userId;
    const [first, second] = [slotOf("111111"), slotOf("222222")];
    const before = lock.acts().length;
    await rig.must(lock, "apply_snapshot", {
      passwords: [
        { password_id: 999, revision: 1, password: "999111" },
        { password_id: 1, revision: 2, password: "222222" },
        { password_id: 2, revision: 2, password: "111111" },
      ],
    });
    await rig.operation(lock, 1, [3, 3]);
    await rig.operation(lock, 2, [3, 3]);
    assert.deepEqual([slotOf("111111"), slotOf("222222")], [second, first]);
    const acts = lock.acts().slice(before);
    const isRefused = acts.some((act) => JSON.stringify(act).includes("duplicate"));
    assert.equal(isRefused, false);
  });

  it("never changes codes that were on the lock before", async () => {
    const lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 6 } });
    for (const userId of [1, 3]) lock.programAtKeypad({ userId, code: `55555${userId}` });
    await rig.pair(lock);
    const codes = ["999111", "111111", "222222"];
    await rig.must(lock, "add_password", { is_default: 1, password: codes[0] });
    await rig.must(lock, "add_password", { password: codes[1] });
    await rig.must(lock, "add_password", { password: codes[2] });
    await rig.untilLive(lock, "111111", "222222", "555551", "555553");
    assert.equal(
      (await rig.call("add_password", { uuid: idOf(lock), password: "333333" })).ErrNo,
      16001,
    );
    assert.equal(
      (await rig.call("add_password", { uuid: idOf(lock), password: "555553" })).ErrNo,
      11000,
    );
  });

  it("takes over edits at the keypad, with the code", async () => {
    const lock = await rig.lock();
    assert.equal(lock.programAtKeypad({ userId: 5, code: "777777" }), "done");
    const added = await rig.event(lock, "pwdAddLocal");
    assert.deepEqual(
      [added.detail, added.code],
      [{ password: { id: 1, password: null } }, "777777"],
    );
    assert.equal(lock.changeAtKeypad({ userId: 5, code: "888888" }), "done");
    const changed = await rig.event(lock, "pwdUpdateLocal");
    assert.deepEqual(
      [changed.detail, changed.code],
      [{ password: { id: 1, password: null } }, "888888"],
    );
    assert.deepEqual(rig.live(lock), ["888888"], "left as the person wanted it");
    assert.equal(lock.deleteAtKeypad(5), "done");
    const deleted = await rig.event(lock, "pwdDelLocal");
    assert.deepEqual(deleted.detail, { password: { id: 1 } });
  });

  it("sets the administrator's code again when somebody deletes all codes", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    assert.equal(lock.deleteAtKeypad(), "done");
    await rig.event(lock, "pwdDelLocal");
    await rig.untilStored(lock, "999111");
    assert.deepEqual(rig.live(lock), []);
  });

  it("reports an opening of which the lock reports only the state", async () => {
    const lock = await rig.lock({ operationEvents: "none" });
    lock.turnKnob("unlock");
    const row = await rig.event(lock, "lockerOpenAlarm");
    assert.equal(row.detail?.["method"], "indeterminate");
  });

  it("locks and unlocks on command once, and stops at the deadline", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "remote_unlock");
    assert.equal(lock.lockState, "unlocked");
    await rig.must(lock, "remote_lock");
    assert.equal(lock.lockState, "locked");
    lock.goOutOfRange();
    const beganMs = performance.now();
    const reply = await rig.call("remote_unlock", { uuid: idOf(lock) });
    assert.equal(reply.ErrNo, 16004);
    assert.ok(performance.now() - beganMs < 11_000);
    lock.comeBack();
    lock.turnKnob("lock");
    await rig.event(lock, "lockPaired");
    assert.equal(lock.lockState, "locked", "it is never sent later");
  });

  it("clears the codes of a lock that is removed, tells it to leave and deletes its records", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    const reply = await rig.must(lock, "remove_lock");
    assert.equal(reply["was_told"], 1);
    assert.deepEqual(lock.users(), []);
    await rig.until("the lock to have left", () => (lock.isJoined ? null : true));
    await rig.event(lock, "lockRemoved");
    assert.equal(rig.store.get("lock", [idOf(lock)]), undefined);
    assert.deepEqual([...rig.store.list("slot", [idOf(lock)])], []);
  });

  it("sets the desired codes again after a second pairing and reports the administrator's code", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    lock.factoryReset();
    assert.deepEqual(lock.users(), []);
    await rig.until("its leave to be noticed", () =>
      rig.log.lines.some((line) => line.includes(idOf(lock)) && line.includes("left the network"))
        ? true
        : null,
    );
    await rig.pair(lock);
    const sync = await rig.event(lock, "pwdSync");
    assert.deepEqual(
      [sync.detail, sync.code],
      [{ passwords: [{ id: 999, password: null }] }, "999111"],
    );
    await rig.untilLive(lock, "123456");
    await rig.untilStored(lock, "999111");
  });
});

describe("a lock that needs a pause between two commands", { timeout: 60_000 }, () => {
  it("gets the pause, whoever sends the commands", async () => {
    const spacingMs = 300;
    const rig = await KeeperRig.open([{ model: /^LATCH/, quirks: { spacingMs } }]);
    try {
      const lock = await rig.lock();
      const sentMs: number[] = [];
      rig.house.stick.onFrame(({ direction, frame, timeMs, ieee }) => {
        // Cluster-specific commands to the Door Lock; a default response is none.
        const isCommand = ((frame.payload[0] ?? 0) & 0x03) === 0x01;
        if (direction !== "toDevice" || ieee !== lock.ieee || frame.clusterId !== 0x0101) return;
        if (isCommand) sentMs.push(timeMs);
      });
      await Promise.all([
        rig.must(lock, "add_password", { password: "123456" }),
        rig.must(lock, "remote_unlock"),
        rig.must(lock, "add_password", { password: "222222" }),
        rig.must(lock, "remote_lock"),
      ]);
      await rig.untilLive(lock, "123456", "222222");
      await rig.must(lock, "remove_lock");
      assert.deepEqual(lock.users(), [], "also what was still under way");
      assert.ok(sentMs.length >= 6, `${sentMs.length} commands`);
      for (const [index, atMs] of sentMs.entries()) {
        const before = sentMs[index - 1];
        if (before === undefined) continue;
        assert.ok(atMs - before >= spacingMs - 20, `${Math.round(atMs - before)} ms apart`);
      }
    } finally {
      await rig.close();
    }
  });
});

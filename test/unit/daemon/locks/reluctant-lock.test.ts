import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DoorLockCommand } from "../../../../drivers/simulated/zcl/constants.ts";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

describe("the lock keeper with a lock that refuses, ignores or hides something", {
  concurrency: 8,
  timeout: 120_000,
}, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open([{ model: /^easyCodeTouch/, quirks: { spacingMs: 100 } }]);
  });
  after(() => rig.close());

  const add = { password: "123456", name: "K" };

  it("parks a change that the lock refuses three times, and tries again when the desired value changes", async () => {
    const lock = await rig.lock({ refusesSimplePins: true });
    await rig.must(lock, "add_password", { password: "111111" });
    const failed = await rig.operation(lock, 1, [1, 2]);
    assert.equal(failed.detail?.["reason"], "refused");
    await rig.must(lock, "update_password", { password_id: 1, password: "918273" });
    await rig.untilLive(lock, "918273");
    await rig.operation(lock, 1, [3, 3]);
  });

  it("reaches the desired codes whether or not the lock shows its codes", async () => {
    const lock = await rig.lock({ getPin: "masked", sendPinOverTheAir: "readOnly" });
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    await rig.must(lock, "update_password", { password_id: 1, password: "222222" });
    await rig.untilLive(lock, "222222");
    await rig.operation(lock, 1, [3, 3]);
    await rig.must(lock, "frozen_password", { password_id: 1 });
    await rig.operation(lock, 1, [4, 3]);
    assert.deepEqual(rig.live(lock), []);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.operation(lock, 1, [2, 3]);
    assert.equal(lock.users().length, 1);
  });

  it("clears a frozen code and sets it again on a lock that cannot disable codes", async () => {
    const unsupportedCommands = [DoorLockCommand.setUserStatus, DoorLockCommand.getUserStatus];
    const lock = await rig.lock({ unsupportedCommands });
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    await rig.must(lock, "frozen_password", { password_id: 1 });
    await rig.operation(lock, 1, [4, 3]);
    assert.equal(lock.users().length, 1);
    await rig.must(lock, "unfrozen_password", { password_id: 1 });
    await rig.operation(lock, 1, [5, 3]);
    await rig.untilLive(lock, "123456");
  });

  it("clears a frozen code in the end on a lock that accepts to disable it and does not", async () => {
    const lock = await rig.lock({ setUserStatus: "ignored" });
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    await rig.must(lock, "frozen_password", { password_id: 1 });
    await rig.operation(lock, 1, [4, 3]);
    assert.deepEqual(rig.live(lock), []);
    await rig.must(lock, "unfrozen_password", { password_id: 1 });
    await rig.operation(lock, 1, [5, 3]);
    await rig.untilLive(lock, "123456");
    await rig.must(lock, "frozen_password", { password_id: 1 });
    await rig.untilLive(lock);
    assert.equal(lock.users().length, 1, "nobody but the administrator");
  });

  it("disables a deleted code that the lock does not clear, and reports it as not deleted", async () => {
    const lock = await rig.lock({ clearPin: "refused" });
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    await rig.must(lock, "delete_password", { password_id: 1 });
    const failed = await rig.operation(lock, 1, [2, 2]);
    assert.equal(failed.detail?.["reason"], "refused");
    assert.deepEqual(rig.live(lock), []);
  });

  it("overwrites a deleted code that the lock neither clears nor disables with one that nobody knows", async () => {
    const lock = await rig.lock({
      pinUsers: 4,
      clearPin: "refused",
      unsupportedCommands: [DoorLockCommand.setUserStatus],
    });
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.operation(lock, 1, [2, 3]);
    const [junk = "", ...others] = rig.live(lock);
    assert.deepEqual(others, []);
    assert.match(junk, /^[0-9]{8}$/);
    assert.notEqual(lock.keypad(add.password), "opened");
    const { slots } = await rig.must(lock, "list_unmanaged");
    assert.deepEqual(slots, []);
    const reported = JSON.stringify([
      await rig.events(lock),
      [...rig.store.list("slot", [idOf(lock)])],
    ]);
    assert.ok(!reported.includes(junk), "its digits are neither told nor stored");
    // The lock has two slots for tenants: both can be given.
    for (const password of ["222222", "333333"]) await rig.must(lock, "add_password", { password });
    await rig.untilLive(lock, "222222", "333333");
  });

  it("clears codes on a lock that shows nothing and answers no clear", async () => {
    const lock = await rig.lock({ answerDelayMs: [0, 50] }, "easyCodeTouch_v1");
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.operation(lock, 1, [2, 3]);
    await rig.untilLive(lock);
    await rig.must(lock, "add_password", { password: "222222" });
    await rig.operation(lock, 2, [1, 3]);
    assert.deepEqual(rig.live(lock), ["222222"]);
  });

  it("does not believe a lock that accepts a code and does not store it", async () => {
    const lock = rig.house.addLock({
      profile: "LATCH-ZCL-1",
      quirks: { pinUsers: 10, setPin: "ignored" },
    });
    await rig.pair(lock);
    await rig.must(lock, "add_password", { is_default: 1, password: "999111" });
    const failed = await rig.operation(lock, 999, [1, 2]);
    assert.equal(failed.detail?.["reason"], "refused");
  });
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

describe("keypad edits under the policy ask", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open([], { keypadEdits: "ask" });
  });
  after(() => rig.close());

  /**
   * Adds a code at the keypad and waits until the gateway has disabled it.
   * @returns its password id
   */
  async function shut(lock: VirtualLock, code: string): Promise<number> {
    assert.equal(lock.programAtKeypad({ userId: 5, code }), "done");
    const added = await rig.event(lock, "pwdAddLocal");
    assert.deepEqual([added.code, added.detail?.["ask"]], [code, 1]);
    const id = Number(Object(added.detail?.["password"]).id);
    await rig.operation(lock, id, [4, 3]);
    assert.equal(lock.storedUser(5)?.userStatus, 3);
    assert.equal(lock.keypad(code), "refused");
    return id;
  }

  it("disable a new code until a person accepts it", async () => {
    const lock = await rig.lock();
    const id = await shut(lock, "4711");
    await rig.must(lock, "unfrozen_password", { password_id: id });
    await rig.operation(lock, id, [5, 3]);
    assert.equal(lock.keypad("4711"), "opened");
  });

  it("disable a new code until a person deletes it, and then clear it", async () => {
    const lock = await rig.lock();
    const id = await shut(lock, "4712");
    await rig.must(lock, "delete_password", { password_id: id });
    await rig.operation(lock, id, [2, 3]);
    assert.equal(lock.storedUser(5), null);
    assert.equal(lock.keypad("4712"), "refused");
  });

  it("disable a new code of a lock that hides its digits", async () => {
    const lock = await rig.lock({ sendPinOverTheAir: "unsupported", isPinSentByDefault: false });
    lock.programAtKeypad({ userId: 5, code: "4713" });
    const added = await rig.event(lock, "pwdAddLocal");
    assert.deepEqual([added.code, added.detail?.["ask"]], [null, 1]);
    await rig.until("the code to be shut", () =>
      lock.storedUser(5)?.userStatus === 3 ? true : null,
    );
    assert.equal(lock.keypad("4713"), "refused");
  });

  it("disable a changed code until a person accepts it or restores the desired one", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "246810" });
    await rig.operation(lock, 1, [1, 3]);
    lock.changeAtKeypad({ userId: 2, code: "135799" });
    const changed = await rig.event(lock, "pwdUpdateLocal");
    assert.deepEqual([changed.code, changed.detail?.["ask"]], ["135799", 1]);
    await rig.operation(lock, 1, [4, 3]);
    for (const code of ["135799", "246810"]) assert.equal(lock.keypad(code), "refused");
    await rig.must(lock, "unfrozen_password", { password_id: 1 });
    await rig.operation(lock, 1, [5, 3]);
    assert.equal(lock.keypad("135799"), "opened");
    await rig.must(lock, "update_password", { password_id: 1, password: "246810" });
    await rig.untilLive(lock, "246810");
  });

  it("leave a deleted code deleted, and never disable the administrator's", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "864200" });
    await rig.operation(lock, 1, [1, 3]);
    lock.deleteAtKeypad(2);
    const deleted = await rig.event(lock, "pwdDelLocal");
    assert.equal(deleted.detail?.["ask"], 1);
    await rig.untilLive(lock);
    lock.changeAtKeypad({ userId: 1, code: "999222" });
    const changed = await rig.event(lock, "pwdUpdateLocal");
    assert.equal(changed.code, "999222");
    await rig.must(lock, "remote_lock");
    assert.equal(lock.keypad("999222"), "opened");
  });
});

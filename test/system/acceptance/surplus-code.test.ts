import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Quirks } from "../../../drivers/simulated/lock/quirks.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";

const code = "340001";
const userId = 8;

describe("a code in a slot that the restored store does not know", { timeout: 300_000 }, () => {
  let rig: KeeperRig;
  before(async () => {
    // After a restart the gateway reads the slots one by one, and reaches the code's slot late.
    rig = await KeeperRig.open([], { auditsPerDay: 1_000, auditSpacingMs: 400 });
  });
  after(() => rig.close());

  /**
   * Makes the store older than the lock: the lock has a code in slot 8 that the store does not
   * have.
   */
  async function afterRestore(quirks: Partial<Quirks>): Promise<VirtualLock> {
    const lock = await rig.lock(quirks);
    await rig.stop();
    assert.equal(lock.programAtKeypad({ userId, code }), "done");
    await rig.restart();
    return lock;
  }

  const codesOf = (lock: VirtualLock) =>
    lock.users().filter(({ pinCode }) => pinCode.reveal() === code).length;
  const slotOf = (lock: VirtualLock) => rig.store.get("password", [idOf(lock), 1])?.userId ?? null;
  it("is cleared if the lock accepts the code a second time, so that a deletion ends it", async () => {
    const lock = await afterRestore({ takesDuplicates: true });
    await rig.must(lock, "add_password", { password: code });
    await rig.operation(lock, 1, [1, 3]);
    assert.equal(slotOf(lock), 2);
    assert.equal(codesOf(lock), 2);
    await rig.until("one slot with the code", () => (codesOf(lock) === 1 ? true : null));
    assert.equal(lock.storedUser(userId), null);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.operation(lock, 1, [2, 3]);
    assert.equal(lock.keypad(code), "refused");
  });

  it("is cleared if the window of the password has not begun", async () => {
    const lock = await afterRestore({ takesDuplicates: true });
    await rig.must(lock, "add_password", {
      password: code,
      permission_begin: Math.floor(Date.now() / 1000) + 3_600,
    });
    await rig.until("no slot with the code", () => (codesOf(lock) === 0 ? true : null));
  });

  it("becomes the code of the password that the lock has refused as a duplicate", async () => {
    const lock = await afterRestore({});
    await rig.must(lock, "add_password", { password: code });
    const failed = await rig.operation(lock, 1, [1, 2]);
    assert.equal(failed.detail?.["reason"], "duplicate");
    await rig.operation(lock, 1, [1, 3]);
    assert.equal(slotOf(lock), userId);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.untilLive(lock);
    assert.equal(codesOf(lock), 0);
  });
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

describe("keypad edits under the policy revert", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open([], { keypadEdits: "revert" });
  });
  after(() => rig.close());

  it("are undone, and the desired codes are restored", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "246810" });
    await rig.operation(lock, 1, [1, 3]);
    lock.programAtKeypad({ userId: 5, code: "777777" });
    await rig.event(lock, "pwdAddLocal");
    await rig.untilLive(lock, "246810");
    lock.changeAtKeypad({ userId: 2, code: "888888" });
    const changed = await rig.event(lock, "pwdUpdateLocal");
    assert.equal(changed.code, "888888");
    assert.deepEqual(changed.detail?.["reverted"], 1);
    const undone = await rig.operation(lock, 1, [3, 3]);
    assert.ok(undone.seq > changed.seq, "the fact first, then that it is put right");
    await rig.untilLive(lock, "246810");
    lock.deleteAtKeypad(2);
    const deleted = await rig.event(lock, "pwdDelLocal");
    assert.deepEqual(deleted.detail, { password: { id: 1 }, reverted: 1 });
    await rig.event(lock, "pwdOperation", ({ seq, detail }) => {
      return seq > deleted.seq && detail?.["password_id"] === 1 && detail["operation_stage"] === 3;
    });
    await rig.untilLive(lock, "246810");
  });
});

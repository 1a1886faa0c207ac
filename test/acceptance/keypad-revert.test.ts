import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { KeeperRig } from "../support/keeper-rig.ts";

describe("keypad edits that are to be reverted", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open([], { keypadEdits: "revert" });
  });
  after(() => rig.close());

  it("go, and what was wanted comes back", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "246810" });
    await rig.operation(lock, 1, [1, 3]);
    lock.programAtKeypad({ userId: 5, code: "777777" });
    await rig.event(lock, "pwdAddLocal");
    await rig.lives(lock, "246810");
    lock.changeAtKeypad({ userId: 2, code: "888888" });
    await rig.lives(lock, "246810");
    lock.deleteAtKeypad(2);
    await rig.lives(lock, "246810");
    const told = (await rig.events(lock)).map(({ event }) => event);
    assert.equal(told.includes("pwdUpdateLocal") || told.includes("pwdDelLocal"), false);
  });
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { KeeperRig } from "../support/keeper-rig.ts";
import { idOf } from "../support/zigbee-rig.ts";

/** Far more than any configuration allows: a slot every 0.4 s. */
const auditsPerDay = 216_000;

describe("a code that changed without a word", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open([], { auditsPerDay });
  });
  after(() => rig.close());

  it("is found by an audit and put right", async () => {
    const lock = await rig.lock({ programmingEvents: "none" });
    await rig.must(lock, "add_password", { password: "246813" });
    await rig.operation(lock, 1, [1, 3]);
    assert.equal(lock.deleteAtKeypad(2), "done");
    const drift = await rig.event(lock, "slotDrift");
    assert.deepEqual(drift.detail, {
      user_id: 2,
      password_id: 1,
      expected: "enabled",
      found: "empty",
    });
    await rig.lives(lock, "246813");
    assert.notEqual(rig.store.get("lock", [idOf(lock)])?.auditedAtMs, null);
  });
});

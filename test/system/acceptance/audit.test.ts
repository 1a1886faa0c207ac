import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";

/**
 * The gateway reads a password's slot every 20 h. The clock of this gateway is faster by this
 * factor.
 */
const hoursPerSecond = 3_600;

describe("a code that changed without an event", () => {
  let rig: KeeperRig;
  const beganMs = Date.now();
  const reading = () => {
    const nowMs = beganMs + (Date.now() - beganMs) * hoursPerSecond;
    return { nowMs, state: "synced" } as const;
  };
  before(async () => {
    rig = await KeeperRig.open([], { auditsPerDay: 1_440, auditSpacingMs: 0, reading });
  });
  after(() => rig.close());

  it("is found by an audit and counts as deleted at the keypad", async () => {
    const lock = await rig.lock({ programmingEvents: "none" });
    await rig.must(lock, "add_password", { password: "246813" });
    await rig.operation(lock, 1, [1, 3]);
    await rig.until("a slot that was read back", () =>
      rig.store.get("slot", [idOf(lock), 2])?.confidence === "confirmed" ? true : null,
    );
    assert.equal(lock.deleteAtKeypad(2), "done");
    const drift = await rig.event(lock, "slotDrift");
    assert.deepEqual(drift.detail, {
      user_id: 2,
      password_id: 1,
      expected: "enabled",
      found: "empty",
    });
    const deleted = await rig.event(lock, "pwdDelLocal");
    assert.deepEqual(deleted.detail, { password: { id: 1 } });
    assert.deepEqual(rig.live(lock), []);
  });
});

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

describe("a gateway whose time is an hour behind its records after a power cut", () => {
  let rig: KeeperRig;
  let behindMs = 0;
  const reading = () => ({ nowMs: Date.now() - behindMs, state: "synced" }) as const;
  before(async () => {
    rig = await KeeperRig.open([], { auditsPerDay: "auto", auditSpacingMs: 0, reading });
  });
  after(() => rig.close());

  it("has no record from the future, and finds the codes that were deleted meanwhile", async () => {
    const lock = await rig.lock({ programmingEvents: "none" });
    for (const [id, password] of [
      [1, "246813"],
      [2, "246814"],
    ] as const) {
      await rig.must(lock, "add_password", { password });
      await rig.operation(lock, id, [1, 3]);
    }
    await rig.stop();
    for (const userId of [2, 3]) assert.equal(lock.deleteAtKeypad(userId), "done");
    behindMs = 3_600_000;
    await rig.restart();
    const records = [...rig.store.list("lock"), ...rig.store.list("slot", [idOf(lock)])];
    const times = Array.from(
      JSON.stringify(records).matchAll(/AtMs":(\d{13})/g),
      ([, time]) => time,
    );
    assert.ok(
      times.length > 0 && times.every((time) => Number(time) <= reading().nowMs),
      `${times}`,
    );
    for (const user_id of [2, 3]) {
      await rig.event(lock, "slotDrift", ({ detail }) => detail?.["user_id"] === user_id);
    }
  });
});

import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";
import { within } from "../../../../support/within.ts";

const readPin = { name: "getPinCode", userId: 1 } as const;
const empty = { kind: "done", reply: { kind: "empty" } };

describe("a disk that refuses the device database while the radio runs", {
  timeout: 240_000,
}, () => {
  const rig = new ZigbeeRig();
  let first: VirtualLock;
  const file = (name: string) => join(rig.directory, "zigbee", name);

  before(async () => {
    await rig.open();
    first = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    await rig.pair(first);
  });
  after(() => rig.close());

  it("keeps new locks out and says why, lets a known one return, and lets the new one in afterwards", async () => {
    renameSync(file("database.db"), file("elsewhere"));
    mkdirSync(file("database.db"));
    const second = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    await rig.driver.permitJoin(60);
    assert.equal(rig.house.join(second), null);
    const refused = await rig.listener.until("the refusal", () =>
      rig.listener.steps.find(({ step, device }) => step === "refused" && device === idOf(second)),
    );
    assert.ok(refused.step === "refused");
    assert.match(refused.reason, /files of the Zigbee network cannot be used \(E/);
    await within(30_000, "the lock to be out of the network", async () => {
      while (second.isJoined) await new Promise((resolve) => setTimeout(resolve, 20));
    });
    assert.equal(rig.house.stick.rejoin(first, { withNewAddress: true }), null);
    await within(30_000, "the lock at its new address", async () => {
      while ((await rig.perform(first, readPin)).kind !== "done") {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    assert.match(rig.log.text, /failed to write the list of Zigbee devices/);

    rmdirSync(file("database.db"));
    renameSync(file("elsewhere"), file("database.db"));
    rig.listener.steps.length = 0;
    await rig.pair(second);
    await rig.driver.stop();
    await rig.startDriver([first, second].map(idOf));
    await rig.listener.radioBecomes("online");
    for (const lock of [first, second]) assert.deepEqual(await rig.perform(lock, readPin), empty);
  });
});

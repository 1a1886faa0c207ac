import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import type { ZigbeeDriver } from "../../../../../drivers/zigbee/zigbee-driver.ts";
import { idOf, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";
import { within } from "../../../../support/within.ts";

const code = "135790";
const rig = new ZigbeeRig();
let lock: VirtualLock;

before(async () => {
  await rig.open();
  lock = rig.house.addLock({ profile: "LATCH-ZCL-1" });
  await rig.pair(lock);
  lock.programAtKeypad({ userId: 1, code });
  await rig.driver.stop();
});
after(() => rig.close());

/** Nobody is told yet: the state has to be asked for. */
async function becomes(driver: ZigbeeDriver, kind: "online" | "offline"): Promise<void> {
  await within(30_000, `the radio to be ${kind}`, async () => {
    while (driver.radioState().kind !== kind) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
}

describe("a radio that is brought up before it has a listener", { timeout: 120_000 }, () => {
  it("reports to the listener what it missed, states first, then events", async () => {
    const driver = rig.makeDriver();
    const { listener } = rig;
    await driver.bringUp([idOf(lock)]);
    await becomes(driver, "online");
    lock.keypad(code);
    // The answer comes after the opening, on the same air.
    const answer = await rig.perform(lock, { name: "getUserStatus", userId: 1 });
    assert.equal(answer.kind, "done");
    assert.deepEqual(listener.radioStates, []);
    assert.deepEqual(listener.events, []);
    await driver.start(listener, [idOf(lock)]);
    assert.deepEqual(
      listener.radioStates.map(({ kind }) => kind),
      ["starting", "online"],
    );
    const opening = await listener.until("the opening", () =>
      listener.reported(idOf(lock)).find((event) => event.kind === "operationEvent"),
    );
    assert.equal(opening.code, "unlock");
    await driver.stop();
  });

  it("ends at once where there is no stick, and reports that to the listener", async () => {
    await rig.house.stick.unplug();
    const driver = rig.makeDriver();
    await driver.bringUp([idOf(lock)]);
    await becomes(driver, "offline");
    await driver.start(rig.listener, [idOf(lock)]);
    const offline = await rig.listener.radioBecomes("offline");
    assert.ok(offline.kind === "offline" && offline.cause === "stickMissing");
    await rig.house.stick.plugIn();
    await rig.listener.radioBecomes("online");
    await driver.stop();
  });

  it("ends when it is stopped before anybody listens", async () => {
    const driver = rig.makeDriver();
    await driver.bringUp([idOf(lock)]);
    await driver.stop();
    assert.equal(driver.radioState().kind, "offline");
    assert.equal(rig.house.stick.isFormed, true);
  });

  it("forms no new network over one that has locks", async () => {
    for (const name of ["coordinator_backup.json", "kept"]) {
      rmSync(join(rig.directory, "zigbee", name), { recursive: true, force: true });
    }
    rig.house.stick.wipe();
    const driver = rig.makeDriver();
    await driver.bringUp([idOf(lock)]);
    await becomes(driver, "offline");
    const state = driver.radioState();
    assert.ok(state.kind === "offline" && state.cause === "networkMismatch");
    assert.equal(rig.house.stick.isFormed, false);
    await driver.stop();
  });
});

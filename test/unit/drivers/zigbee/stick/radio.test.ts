import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";

const rig = new ZigbeeRig({ timing: { probeEveryMs: 200, probeTimeoutMs: 500 } });
let lock: VirtualLock;

before(async () => {
  await rig.open();
  lock = rig.house.addLock({ profile: "LATCH-ZCL-1" });
});
after(() => rig.close());

const readPin = { name: "getPinCode", userId: 1 } as const;
const empty = { kind: "done", reply: { kind: "empty" } };

function isCatalogueLoaded(): boolean {
  const { cache } = createRequire(import.meta.url);
  return Object.keys(cache).some((path) => path.includes("/zigbee-herdsman-converters/"));
}

/** Stops the driver and starts another on the same files, as after a restart of the daemon. */
async function restart(): Promise<void> {
  await rig.driver.stop();
  await rig.startDriver([idOf(lock)]);
}

describe("the radio", () => {
  it("comes up without the catalogue of models", () => {
    assert.equal(rig.driver.radioState().kind, "online");
    assert.equal(isCatalogueLoaded(), false);
  });

  it("announces firmware, channel and network", async () => {
    const state = rig.driver.radioState();
    assert.ok(state.kind === "online");
    assert.equal(state.channel, 15);
    assert.match(state.firmware, /20240710/);
    await rig.pair(lock);
    assert.deepEqual(await rig.perform(lock, readPin), empty);
  });

  it("ends what is in flight when the stick is pulled, and works again when it is back", async () => {
    const { listener } = rig;
    lock.goOutOfRange();
    const inFlight = rig.perform(lock, readPin, 5_000);
    const seen = listener.radioStates.length;
    await rig.house.stick.unplug();
    assert.deepEqual(await inFlight, { kind: "unreachable", cause: "stickOffline", wasSent: true });
    const offline = await listener.radioBecomes("offline", seen);
    assert.ok(offline.kind === "offline");
    assert.equal(offline.cause, "stickLost");
    const meanwhile = await rig.perform(lock, readPin);
    assert.deepEqual(meanwhile, { kind: "unreachable", cause: "stickOffline", wasSent: false });
    await assert.rejects(rig.driver.permitJoin(10), { code: "stickOffline" });
    await listener.until("a failed try", () =>
      listener.radioStates.find(
        (state) => state.kind === "offline" && state.cause === "stickMissing",
      ),
    );
    const before = listener.radioStates.length;
    await rig.house.stick.plugIn();
    lock.comeBack();
    await listener.radioBecomes("online", before);
    rig.house.join(lock);
    assert.deepEqual(await rig.perform(lock, readPin), empty);
  });

  it("stops using a stick that hangs while its line stays open", async () => {
    const { listener } = rig;
    const seen = listener.radioStates.length;
    rig.house.stick.setFaults({ isMute: true });
    const offline = await listener.radioBecomes("offline", seen);
    assert.ok(offline.kind === "offline" && offline.cause === "stickLost");
    rig.house.stick.setFaults({ isMute: false });
    await listener.radioBecomes("online", seen);
    assert.deepEqual(await rig.perform(lock, readPin), empty);
  });

  it("resumes the network after a restart of the daemon, with its locks", async () => {
    await restart();
    const online = await rig.listener.radioBecomes("online");
    assert.ok(online.kind === "online");
    assert.deepEqual(await rig.perform(lock, readPin), empty);
    assert.equal(rig.listener.steps.length, 0);
  });

  it("restores the network to a blank stick from the backup", async () => {
    await rig.driver.stop();
    rig.house.stick.wipe();
    await rig.startDriver([idOf(lock)]);
    const online = await rig.listener.radioBecomes("online");
    assert.ok(online.kind === "online");
    rig.house.join(lock);
    assert.deepEqual(await rig.perform(lock, readPin), empty);
  });

  it("stops with everything that is in flight", async () => {
    lock.goOutOfRange();
    const inFlight = rig.perform(lock, readPin, 5_000);
    await rig.driver.stop();
    const outcome = await inFlight;
    assert.ok(outcome.kind === "unreachable" && outcome.cause === "aborted");
    lock.comeBack();
    const state = rig.driver.radioState();
    assert.ok(state.kind === "offline" && state.cause === "stopped");
  });
});

describe("a network that has locks", () => {
  /** Starts with a stick and files that do not fit together. @returns the sentence for people. */
  async function mismatch(): Promise<string> {
    await rig.startDriver([idOf(lock)]);
    const offline = await rig.listener.radioBecomes("offline");
    await rig.driver.stop();
    assert.ok(offline.kind === "offline");
    assert.equal(offline.cause, "networkMismatch");
    assert.equal(
      rig.listener.radioStates.some(({ kind }) => kind === "online"),
      false,
    );
    return offline.detail;
  }

  function remove(...names: readonly string[]): void {
    for (const name of names) {
      rmSync(join(rig.directory, "zigbee", name), { recursive: true, force: true });
    }
  }

  it("is not replaced by a new one on a blank stick without a backup", async () => {
    remove("coordinator_backup.json", "kept");
    rig.house.stick.wipe();
    assert.match(await mismatch(), /another network/);
    assert.equal(rig.house.stick.isFormed, false);
  });

  it("is not replaced by a new one when its parameters are lost", async () => {
    remove("network.json");
    assert.match(await mismatch(), /network\.json/);
    assert.equal(rig.house.stick.isFormed, false);
  });

  it("is not replaced when the store has lost its locks and herdsman has not", async () => {
    await rig.startDriver([]);
    const offline = await rig.listener.radioBecomes("offline");
    assert.ok(offline.kind === "offline" && offline.cause === "networkMismatch");
    await rig.driver.stop();
  });
});

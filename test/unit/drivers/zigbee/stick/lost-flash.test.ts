import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import type { NvPart } from "../../../../../drivers/simulated/stick/nv-parts.ts";
import { idOf, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";

const readPin = { name: "getPinCode", userId: 1 } as const;
const empty = { kind: "done", reply: { kind: "empty" } };
/** What a coordinator sends in more than three days: a link status every 15 s. */
const framesOfDays = 20_000;

describe("a stick that loses a part of its flash", { timeout: 240_000 }, () => {
  const rig = new ZigbeeRig();
  const locks: VirtualLock[] = [];

  before(async () => {
    await rig.open();
    for (let count = 0; count < 2; count += 1) {
      const lock = rig.house.addLock({ profile: "LATCH-ZCL-1" });
      locks.push(lock);
      await rig.pair(lock);
    }
  });
  after(() => rig.close());

  async function restartWithout(part: NvPart | null): Promise<void> {
    await rig.driver.stop();
    if (part !== null) rig.house.stick.loseNvPart(part);
    await rig.startDriver(locks.map(idOf));
    await rig.listener.until("the end of the start", () =>
      rig.listener.radioStates.find(({ kind }) => kind === "online" || kind === "offline"),
    );
  }

  async function assertLocksWork(): Promise<void> {
    assert.equal(rig.driver.radioState().kind, "online");
    for (const lock of locks) {
      assert.deepEqual(await rig.perform(lock, readPin), empty);
      const from = rig.listener.reported(idOf(lock)).length;
      lock.turnKnob(lock.lockState === "locked" ? "unlock" : "lock");
      await rig.listener.until("an event of the lock", () =>
        rig.listener
          .reported(idOf(lock))
          .slice(from)
          .find(({ kind }) => kind === "operationEvent"),
      );
    }
  }

  function seedOfStick(): string {
    return Buffer.from(rig.house.stick.linkKeySeed ?? []).toString("hex");
  }

  function seedOfBackup(): unknown {
    const path = join(rig.directory, "zigbee", "coordinator_backup.json");
    return /"tclk_seed": "([0-9a-f]{32})"/.exec(readFileSync(path, "utf8"))?.[1];
  }

  const parts = [
    "networkKey",
    "alternateKey",
    "panId",
    "extendedPanId",
    "networkBase",
    "channel",
    "frameCounters",
    "devices",
    "configuredFlag",
  ] as const satisfies readonly NvPart[];

  for (const part of parts) {
    it(`works with every lock on the same network after it lost: ${part}`, async () => {
      await restartWithout(part);
      await assertLocksWork();
    });
  }

  it("gets the seed of its link keys back, and the backup keeps it", async () => {
    const seed = seedOfStick();
    await restartWithout("linkKeySeed");
    await assertLocksWork();
    assert.equal(seedOfStick(), seed);
    await rig.driver.stop();
    assert.equal(seedOfBackup(), seed);
  });

  it("gets no write when nothing is lost", async () => {
    await rig.startDriver(locks.map(idOf));
    await rig.listener.radioBecomes("online");
    const before = rig.log.lines.filter((line) => line.includes("had lost a part"));
    await restartWithout(null);
    await assertLocksWork();
    assert.deepEqual(
      rig.log.lines.filter((line) => line.includes("had lost a part")),
      before,
    );
  });

  it("is heard by the locks after its backup of some days ago was put back", async () => {
    rig.house.stick.countFrames(framesOfDays);
    await assertLocksWork();
    const from = rig.listener.radioStates.length;
    rig.house.stick.restartFirmware({ isFlashLost: true });
    await rig.listener.radioBecomes("offline", from);
    await rig.listener.radioBecomes("online", from);
    await assertLocksWork();
  });

  for (const part of ["networkKey", "networkBase"] as const) {
    it(`forms no new network when it lost ${part} and no backup is left`, async () => {
      await rig.driver.stop();
      for (const name of ["coordinator_backup.json", "kept"]) {
        rmSync(join(rig.directory, "zigbee", name), { recursive: true, force: true });
      }
      rig.house.stick.loseNvPart(part);
      await rig.startDriver(locks.map(idOf));
      const offline = await rig.listener.radioBecomes("offline");
      assert.ok(offline.kind === "offline" && offline.cause === "networkMismatch");
      assert.match(
        offline.detail,
        /Plug the former stick in, or put coordinator_backup\.json back/,
      );
      assert.equal(rig.house.stick.isFormed, false);
    });
  }
});

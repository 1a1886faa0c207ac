import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";
import { within } from "../../../../support/within.ts";

const readPin = { name: "getPinCode", userId: 1 } as const;
const empty = { kind: "done", reply: { kind: "empty" } };

describe("the device database after a power cut", { timeout: 240_000 }, () => {
  const rig = new ZigbeeRig();
  const locks: VirtualLock[] = [];
  const file = (name: string) => join(rig.directory, "zigbee", name);

  before(async () => {
    await rig.open();
    for (let count = 0; count < 2; count += 1) {
      const lock = rig.house.addLock({ profile: "LATCH-ZCL-1" });
      await rig.pair(lock);
      locks.push(lock);
    }
  });
  after(() => rig.close());

  /** Waits until these locks, and no other, are unknown to the network. */
  async function unknownAre(...wanted: readonly VirtualLock[]): Promise<void> {
    const ids = wanted.map(idOf).join();
    await within(30_000, `unknown locks: ${ids || "none"}`, async () => {
      while (rig.driver.unknownLocks().join() !== ids) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
  }

  /** Starts on files that `damage` has been at. Every lock has to answer and to be heard. */
  async function comesBackAfter(damage: () => void): Promise<void> {
    await rig.driver.stop();
    damage();
    await rig.startDriver(locks.map(idOf));
    await rig.listener.radioBecomes("online");
    await unknownAre();
    for (const lock of locks) {
      lock.turnKnob(lock.lockState === "locked" ? "unlock" : "lock");
      await rig.listener.until(`an event of ${lock.ieee}`, () =>
        rig.listener.reported(idOf(lock)).find(({ kind }) => kind === "operationEvent"),
      );
      assert.deepEqual(await rig.perform(lock, readPin), empty);
    }
    assert.equal(rig.listener.steps.length, 0);
  }

  it("has every lock again when it is empty", async () => {
    await comesBackAfter(() => truncateSync(file("database.db")));
  });

  it("has every lock again when it is gone", async () => {
    await comesBackAfter(() => rmSync(file("database.db")));
  });

  it("has every lock again when it is cut in the middle of a line", async () => {
    await comesBackAfter(() => {
      const length = readFileSync(file("database.db")).length;
      truncateSync(file("database.db"), length - 200);
    });
  });

  it("has every lock again when it and the backup are garbage", async () => {
    await comesBackAfter(() => {
      writeFileSync(file("database.db"), Buffer.alloc(4096));
      writeFileSync(file("coordinator_backup.json"), Buffer.alloc(4096));
    });
  });

  it("has every lock again, its address asked of the stick, when every copy is gone", async () => {
    await comesBackAfter(() => {
      rmSync(file("kept"), { recursive: true });
      for (const name of ["database.db", "database.db.backup", "coordinator_backup.json"]) {
        rmSync(file(name), { force: true });
      }
    });
    assert.match(rig.log.text, /network address was found/);
  });

  it("has every lock again when no copy of its files can be made", async () => {
    await comesBackAfter(() => {
      // A copy differs and its place is taken by a folder: the disk refuses it, as a full one does.
      rmSync(file("kept"), { recursive: true });
      for (const name of ["database.db", "coordinator_backup.json"]) {
        mkdirSync(file(join("kept", `${name}.new`, "x")), { recursive: true });
      }
    });
    assert.match(rig.log.text, /failed to copy the network files/);
    rmSync(file("kept"), { recursive: true });
  });

  for (const name of ["database.db", "coordinator_backup.json", "network.json"]) {
    it(`blames the disk, not the stick, when it refuses ${name}, and works again once it does not`, async () => {
      await rig.driver.stop();
      renameSync(file(name), file("elsewhere"));
      mkdirSync(file(name));
      await rig.startDriver(locks.map(idOf));
      const offline = await rig.listener.radioBecomes("offline");
      assert.ok(offline.kind === "offline");
      assert.equal(offline.cause, "filesUnusable");
      assert.match(offline.detail, /files of the Zigbee network cannot be used \(E/);
      rmSync(file(name), { recursive: true });
      renameSync(file("elsewhere"), file(name));
      await rig.listener.radioBecomes("online");
    });
  }

  it("names a lock as unknown while nothing is known of where it is", async () => {
    const [gone] = locks;
    assert.ok(gone !== undefined);
    await rig.driver.stop();
    rmSync(file("kept"), { recursive: true });
    for (const name of ["database.db", "coordinator_backup.json"]) rmSync(file(name));
    rig.records.delete(idOf(gone));
    await rig.startDriver(locks.map(idOf));
    await rig.listener.radioBecomes("online");
    await unknownAre(gone);
    const outcome = await rig.perform(gone, readPin);
    assert.deepEqual(outcome, { kind: "unreachable", cause: "noRoute", wasSent: false });
  });
});

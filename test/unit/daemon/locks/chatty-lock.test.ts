import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { reportEverySecond } from "../../../support/radio/zcl-request.ts";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

/** The store's size once nothing of the pairing is written any more, octets. */
async function quietStoreBytes(directory: string): Promise<number> {
  for (;;) {
    const bytes = storeBytes(directory);
    await restMs(2_000);
    if (storeBytes(directory) === bytes) return bytes;
  }
}

/** Octets in the files of the store. */
function storeBytes(directory: string): number {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const entries = files.map((name) => statSync(join(directory, name)));
  return entries.reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}

const restMs = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a lock that reports twice a second", { timeout: 120_000 }, () => {
  it("is tried less and less often while its commands fail, and few records are written", async () => {
    const rig = await KeeperRig.open();
    try {
      const lock = await rig.lock();
      await rig.until("the administrator's code to be read", () =>
        rig.keeper.statusOf(idOf(lock)).isWorking ? null : true,
      );
      reportEverySecond(lock);
      rig.house.stick.faults.lossToDevice = 1;
      const before = {
        bytes: storeBytes(rig.storeDirectory),
        ...rig.keeper.figures.of(idOf(lock)),
      };
      await rig.must(lock, "add_password", { password: "123456" });
      await restMs(20_000);
      const tries = rig.keeper.figures.of(idOf(lock)).unanswered - before.unanswered;
      const bytes = storeBytes(rig.storeDirectory) - before.bytes;
      assert.ok(tries >= 3, `${tries} tries`);
      assert.ok(tries <= 8, `${tries} tries`);
      assert.ok(bytes > 500 && bytes < 40_000, `${bytes} octets`);
      rig.house.stick.faults.lossToDevice = 0;
      await rig.untilLive(lock, "123456");
    } finally {
      await rig.close();
    }
  });

  it("costs one write in minutes when its battery value wavers, and its alarm is reported at once", async () => {
    const rig = await KeeperRig.open();
    try {
      const lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 10 } });
      lock.setBattery(46);
      await rig.pair(lock);
      reportEverySecond(lock);
      await rig.until("the battery to be known", () =>
        rig.store.get("lock", [idOf(lock)])?.batteryPercent === 46 ? true : null,
      );
      await rig.until("the lock to be at rest", () =>
        rig.keeper.statusOf(idOf(lock)).isWorking ? null : true,
      );
      const before = await quietStoreBytes(rig.storeDirectory);
      for (const percent of [45, 46, 40, 60, 45, 46, 30, 46]) {
        lock.setBattery(percent);
        await restMs(1_100);
      }
      assert.equal(storeBytes(rig.storeDirectory) - before, 0);
      lock.setBattery(9);
      const alarm = await rig.event(lock, "batteryAlarm");
      assert.deepEqual(alarm.detail, { battery_level: 9 });
    } finally {
      await rig.close();
    }
  });
});

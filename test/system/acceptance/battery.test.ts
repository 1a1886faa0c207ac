import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { TalkingLock } from "../../support/radio/talking-lock.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";

const power = 0x0001;

describe("a lock's battery report", { timeout: 300_000 }, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  const locks: TalkingLock[] = [];
  after(async () => {
    for (const lock of locks) lock.stop();
    await rig.close();
  });

  async function paired(ieee: string): Promise<TalkingLock> {
    const lock = await TalkingLock.paired(rig, ieee);
    locks.push(lock);
    // The gateway reads the battery once after pairing. Later values come from the lock's own
    // reports.
    await rig.until("the battery to be known", () => (percentOf(lock) === 100 ? true : null));
    return lock;
  }

  const halfPercent = (percent: number) =>
    `21 00 20 ${(percent * 2).toString(16).padStart(2, "0")}`;
  const flag = (isUp: boolean) => `3E 00 1B 0${isUp ? 1 : 0} 00 00 00`;
  const percentOf = (lock: TalkingLock) => rig.store.get("lock", [idOf(lock)])?.batteryPercent;

  /** Sends the reports one by one, then waits until a later opening is on disk. */
  async function say(lock: TalkingLock, ...records: readonly string[]): Promise<string[]> {
    for (const record of records) lock.report(power, record);
    const from = rig.store.journalRange().head;
    lock.turnKnob("unlock");
    await rig.event(lock, "lockerOpenAlarm", ({ seq }) => seq > from);
    const events = await rig.events(lock);
    return events
      .map(({ event }) => event)
      .filter((event) => event.includes("atter") || event.includes("Battry"));
  }

  it("causes no alarm for one 0 between two measured values", async () => {
    const lock = await paired("00158d00bbbb0001");
    assert.deepEqual(await say(lock, halfPercent(86), halfPercent(0), halfPercent(86)), []);
    assert.notEqual(percentOf(lock), 0);
  });

  it("causes an alarm at once if a second 0 follows", async () => {
    const lock = await paired("00158d00bbbb0002");
    const alarms = await say(lock, halfPercent(86), halfPercent(0), halfPercent(0));
    assert.deepEqual(alarms, ["batteryAlarm"]);
    assert.equal(percentOf(lock), 0);
  });

  it("has no effect while the value is unknown (0xFF)", async () => {
    const lock = await paired("00158d00bbbb0003");
    assert.deepEqual(await say(lock, halfPercent(86), "21 00 20 FF", halfPercent(86)), []);
  });

  it("counts by its percentage if the lock also sets its own flag", async () => {
    const lock = await paired("00158d00bbbb0004");
    const wavering = [14, 13, 12, 13, 12].flatMap((percent) => [
      halfPercent(percent),
      flag(true),
      flag(false),
      flag(true),
    ]);
    assert.deepEqual(await say(lock, ...wavering), []);
    assert.deepEqual(await say(lock, halfPercent(10), flag(true)), ["batteryAlarm"]);
  });
});

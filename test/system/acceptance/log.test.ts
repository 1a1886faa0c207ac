import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { toZigbeeUtc } from "../../../daemon/core/time/zigbee-time.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";

describe("the lock's own log after the gateway was away", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open([], { timeZone: "UTC", logPace: { entries: 20, restMs: 20 } });
  });
  after(() => rig.close());

  const newestOf = (lock: VirtualLock): number => lock.log()[0]?.entryId ?? 0;

  /** Waits until the gateway has read the log up to this entry. The lock may have logged more. */
  async function isRead(lock: VirtualLock, newest: number): Promise<void> {
    await rig.until("the log to be read", () => {
      const { entryId = null } = rig.store.get("lock", [idOf(lock)])?.logCursor ?? {};
      return entryId !== null && entryId >= newest ? true : null;
    });
    await rig.store.whenDurable();
  }

  const openings = async (lock: VirtualLock) =>
    (await rig.events(lock)).filter(({ event }) => event === "lockerOpenAlarm");

  const gaps = async (lock: VirtualLock) =>
    (await rig.events(lock))
      .filter(({ event }) => event === "journalGap")
      .map(({ detail }) => detail);

  it("gives each opening once, with who, how and when, and uses up one-time passwords", async () => {
    const lock = await rig.lock({ clock: "server" });
    await rig.must(lock, "add_password", { password: "333444", name: "K" });
    await rig.must(lock, "add_password", { password: "444555", one_time: 1 });
    await rig.operation(lock, 2, [1, 3]);
    assert.equal(lock.keypad("333444"), "opened");
    await rig.event(lock, "lockerOpenAlarm");
    await rig.stop();
    lock.setClock(toZigbeeUtc(Date.now() - 600_000));
    assert.equal(lock.keypad("333444"), "opened");
    assert.equal(lock.keypad("444555"), "opened");
    lock.setClock(toZigbeeUtc(Date.now()));
    const newest = newestOf(lock);
    await rig.restart();
    await isRead(lock, newest);
    const rows = await openings(lock);
    assert.deepEqual(
      rows.map(({ detail }) => [detail?.["sourceid"], detail?.["method"]]),
      [
        [1, "keypad"],
        [1, "keypad"],
        [2, "keypad"],
      ],
    );
    const [, missed] = rows;
    const ageMs = Date.now() - Number(missed?.detail?.["time"]);
    assert.ok(ageMs >= 595_000 && ageMs < 660_000, "by the lock's clock");
    await rig.untilLive(lock, "333444");
  });

  it("is read whole and in pieces, for any length", async () => {
    const lock = await rig.lock({ clock: "server", logRecords: 200 });
    await rig.must(lock, "add_password", { password: "333445" });
    await rig.operation(lock, 1, [1, 3]);
    await rig.stop();
    for (let count = 0; count < 50; count += 1) assert.equal(lock.keypad("333445"), "opened");
    const newest = newestOf(lock);
    await rig.restart();
    await isRead(lock, newest);
    assert.equal((await openings(lock)).length, 50);
    assert.deepEqual(await gaps(lock), []);
  });

  it("is read further after a lost answer, without an event of the lock", async () => {
    const lock = await rig.lock({ clock: "server", logRecords: 60 });
    await rig.must(lock, "add_password", { password: "333447" });
    await rig.operation(lock, 1, [1, 3]);
    await rig.stop();
    for (let count = 0; count < 30; count += 1) assert.equal(lock.keypad("333447"), "opened");
    const newest = newestOf(lock);
    const { entryId: before } = rig.store.get("lock", [idOf(lock)])?.logCursor ?? {};
    let reads = 0;
    lock.frameObservers.add(({ clusterId, payload }) => {
      const isCommand = clusterId === 0x0101 && ((payload[0] ?? 0) & 0b11) === 1;
      if (isCommand && payload[2] === 0x04) reads += 1;
      if (reads === 15) lock.goOutOfRange();
    });
    await rig.restart();
    await rig.until("the part that was read", () =>
      rig.store.get("lock", [idOf(lock)])?.logCursor.entryId !== before ? true : null,
    );
    reads += 1;
    lock.comeBack();
    await isRead(lock, newest);
    assert.equal((await openings(lock)).length, 30);
    assert.deepEqual(await gaps(lock), []);
  });

  it("has a counted gap for unread entries that the lock has overwritten", async () => {
    const lock = await rig.lock({ clock: "server", logRecords: 30 });
    await rig.must(lock, "add_password", { password: "333446" });
    await rig.operation(lock, 1, [1, 3]);
    const { entryId } = rig.store.get("lock", [idOf(lock)])?.logCursor ?? {};
    await rig.stop();
    for (let count = 0; count < 50; count += 1) assert.equal(lock.keypad("333446"), "opened");
    const newest = newestOf(lock);
    const oldest = lock.log().at(-1)?.entryId ?? 0;
    await rig.restart();
    await isRead(lock, newest);
    assert.ok(typeof entryId === "number" && oldest > entryId + 1);
    assert.deepEqual(await gaps(lock), [{ reason: "lockLog", count: oldest - entryId - 1 }]);
    assert.ok((await openings(lock)).length < 50);
  });

  it("is not requested from a lock without one", async () => {
    const lock = await rig.lock({ logRecords: 0, clock: "server" });
    await rig.restart();
    lock.keypad("000000");
    await rig.until("the wrong code", () =>
      rig.store.get("lock", [idOf(lock)])?.wrongCodes === 1 ? true : null,
    );
    assert.equal(rig.store.get("lock", [idOf(lock)])?.logCursor.entryId, null);
  });
});

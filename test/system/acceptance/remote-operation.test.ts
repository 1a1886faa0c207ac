import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { endStateReports } from "../../support/radio/zcl-request.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";
import { lockWatch } from "../../support/rigs/lock-watch.ts";

/**
 * Quirks of a lock that acknowledges a remote command and then sends neither an event nor an alarm.
 */
const mute = { operationEvents: "none", hasAlarms: false } as const;

describe("a remote command that the lock acknowledges without an event", {
  concurrency: 8,
  timeout: 300_000,
}, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  const stateOf = (lock: VirtualLock) => lockWatch(rig).stateOf(lock);
  const becomes = (lock: VirtualLock, state: string) => lockWatch(rig).becomes(lock, state);
  const openingMethods = (lock: VirtualLock) => lockWatch(rig).openingMethods(lock);

  async function muteLock(): Promise<VirtualLock> {
    const lock = await rig.lock(mute);
    await becomes(lock, "locked");
    endStateReports(lock);
    return lock;
  }

  /** Records the times of frames that read attributes of the Door Lock cluster. */
  function stateReads(lock: VirtualLock): number[] {
    const atMs: number[] = [];
    lock.frameObservers.add(({ clusterId, payload }) => {
      const isRead = ((payload[0] ?? 0) & 0b11) === 0 && payload[2] === 0x00;
      if (clusterId === 0x0101 && isRead) atMs.push(performance.now());
    });
    return atMs;
  }

  it("is followed by a read of the state within 5 s and by a row of the radio log", async () => {
    const lock = await muteLock();
    const reads = stateReads(lock);
    await rig.must(lock, "remote_unlock");
    const sentMs = performance.now();
    await becomes(lock, "unlocked");
    assert.ok(performance.now() - sentMs < 5_000);
    await rig.event(lock, "lockerOpenAlarm");
    assert.deepEqual(await openingMethods(lock), ["rf"]);
    assert.equal(reads.length, 1);
    await rig.must(lock, "remote_lock");
    await becomes(lock, "locked");
    assert.deepEqual(await openingMethods(lock), ["rf"]);
  });

  it("makes a history row by radio also if the next remote command comes before the state is read", async () => {
    const lock = await muteLock();
    await rig.must(lock, "remote_unlock");
    await rig.must(lock, "remote_lock");
    const row = await rig.event(lock, "lockerOpenAlarm");
    assert.equal(row.detail?.["method"], "rf");
    await becomes(lock, "locked");
    assert.deepEqual(await openingMethods(lock), ["rf"]);
  });

  it("is reported as not moved, and never as an opening, if the bolt does not move", async () => {
    const lock = await muteLock();
    lock.jam();
    await rig.must(lock, "remote_unlock");
    const alarm = await rig.event(lock, "lockNotMovedAlarm");
    assert.deepEqual(alarm.detail, { action: "unlock", lock_state: "notFullyLocked" });
    assert.deepEqual(await openingMethods(lock), []);
    assert.equal(rig.store.get("lock", [idOf(lock)])?.remote, null);
  });

  it("is not followed by a read if the lock sends an event or a report", async () => {
    const byReport = await rig.lock(mute);
    const byEvent = await rig.lock();
    endStateReports(byEvent);
    for (const lock of [byReport, byEvent]) {
      const reads = stateReads(lock);
      await rig.must(lock, "remote_unlock");
      await rig.event(lock, "lockerOpenAlarm");
      assert.deepEqual(await openingMethods(lock), ["rf"]);
      assert.deepEqual(reads, []);
    }
  });

  it("is followed by a read at the lock's next frame if the lock was unreachable", async () => {
    const lock = await muteLock();
    await rig.must(lock, "remote_unlock");
    lock.goOutOfRange();
    await rig.until("a look that failed", () => {
      const { unanswered } = rig.keeper.figures.of(idOf(lock));
      return unanswered > 0 ? true : null;
    });
    lock.comeBack();
    const talk = setInterval(() => lock.door(lock.doorState === "open" ? "closed" : "open"), 1_000);
    try {
      lock.checkIn();
      await rig.until("the next frame", () => {
        lock.changeMaster("918273");
        return stateOf(lock) === "unlocked" ? true : null;
      });
    } finally {
      clearInterval(talk);
    }
    await rig.event(lock, "lockerOpenAlarm", ({ detail }) => detail?.["method"] === "rf");
  });
});

describe("a gateway that is killed after a remote unlock was acknowledged", {
  timeout: 300_000,
}, () => {
  it("reads the state at its next start and reports the opening as one by radio", async () => {
    const rig = await KeeperRig.open();
    try {
      const lock = await rig.lock(mute);
      endStateReports(lock);
      await rig.must(lock, "remote_unlock");
      await rig.restart();
      const row = await rig.event(lock, "lockerOpenAlarm");
      assert.equal(row.detail?.["method"], "rf");
      assert.equal(rig.store.get("lock", [idOf(lock)])?.lockState, "unlocked");
    } finally {
      await rig.close();
    }
  });
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import { endStateReports } from "../../../../support/radio/zcl-request.ts";
import { idOf } from "../../../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../../../support/rigs/keeper-rig.ts";
import { lockWatch } from "../../../../support/rigs/lock-watch.ts";

/** Longer than an event takes, shorter than a deadline. */
const slow = { answerDelayMs: [600, 600] } as const;

/** Counts the reads of the lock's state; the first one runs `act` before it is answered. */
function whileLookedAt(lock: VirtualLock, act: () => void): { count: number; done: Promise<void> } {
  const looks = { count: 0, done: Promise.resolve() };
  looks.done = new Promise((resolve) => {
    lock.frameObservers.add(({ clusterId, payload }) => {
      const isRead = ((payload[0] ?? 0) & 0b11) === 0 && payload[2] === 0x00;
      if (clusterId !== 0x0101 || !isRead) return;
      looks.count += 1;
      if (looks.count > 1) return;
      // The lock works on the frame when its observers have seen it.
      queueMicrotask(() => {
        act();
        resolve();
      });
    });
  });
  return looks;
}

describe("a read of the lock's state", { timeout: 120_000 }, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  const stateOf = (lock: VirtualLock) => lockWatch(rig).stateOf(lock);
  const becomes = (lock: VirtualLock, state: string) => lockWatch(rig).becomes(lock, state);
  const openingMethods = (lock: VirtualLock) => lockWatch(rig).openingMethods(lock);
  const passed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it("does not undo an opening that the lock reports while it answers", async () => {
    const lock = await rig.lock(slow);
    await becomes(lock, "locked");
    endStateReports(lock);
    await rig.stop();
    const looks = whileLookedAt(lock, () => assert.equal(lock.keypad("999111"), "opened"));
    await rig.restart();
    await looks.done;
    await rig.until("the second look", () => (looks.count >= 2 ? true : null));
    await passed(1_200);
    assert.equal(stateOf(lock), "unlocked");
    assert.deepEqual(await openingMethods(lock), ["keypad"]);
    assert.equal(looks.count, 2);
  });

  it("does not report an opening of a door that was locked while the lock answered", async () => {
    const lock = await rig.lock(slow);
    endStateReports(lock);
    assert.equal(lock.keypad("999111"), "opened");
    await becomes(lock, "unlocked");
    await rig.stop();
    const looks = whileLookedAt(lock, () => assert.equal(lock.lockKeypad(), "moved"));
    await rig.restart();
    await looks.done;
    await rig.until("the second look", () => (looks.count >= 2 ? true : null));
    await passed(1_200);
    assert.equal(stateOf(lock), "locked");
    assert.equal(rig.store.get("lock", [idOf(lock)])?.openingPendingAtMs, null);
    assert.deepEqual(await openingMethods(lock), ["keypad"]);
  });
});

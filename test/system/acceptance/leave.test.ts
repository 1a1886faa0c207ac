import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import type { BindRequest } from "../../../drivers/simulated/radio.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { receivedFrames } from "../../support/received-frames.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";

/**
 * Makes the lock leave the network at its first bind request, like a lock that is reset during
 * pairing.
 */
class TimidLock extends VirtualLock {
  isTimid = true;

  override bind(request: BindRequest): number {
    if (this.isTimid) this.leave();
    return super.bind(request);
  }
}

describe("a lock that leaves the network", { timeout: 300_000 }, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  const strays: VirtualLock[] = [];
  after(async () => {
    for (const lock of strays) lock.stop();
    await rig.close();
  });

  const isGone = ({ detail }: { readonly detail: object | null }) =>
    JSON.stringify(detail) === JSON.stringify({ reason: "left" });

  async function onoffLine(lock: VirtualLock): Promise<unknown> {
    return (await rig.must(lock, "get_lock_info"))["onoff_line"];
  }

  const names = async (lock: VirtualLock) => (await rig.events(lock)).map(({ event }) => event);

  it("is reported as gone at once, is shown as offline, and is sent nothing more", async () => {
    const lock = await rig.lock();
    assert.equal(await onoffLine(lock), 1);
    lock.leave();
    const leftMs = performance.now();
    await rig.event(lock, "lockOfflineAlarm", isGone);
    assert.ok(performance.now() - leftMs < 5_000);
    assert.equal(await onoffLine(lock), 2);
    const { frames } = rig.keeper.figures.of(idOf(lock));
    await rig.must(lock, "add_password", { password: "123456" });
    const reply = await rig.call("remote_unlock", { uuid: idOf(lock) });
    assert.equal(reply.ErrNo, 16004);
    assert.equal(rig.keeper.figures.of(idOf(lock)).frames, frames);
    assert.deepEqual(rig.store.get("password", [idOf(lock), 1])?.operationStage, "inProgress");
  });

  it("is online and gets its codes when it is paired again", async () => {
    const lock = await rig.lock();
    lock.leave();
    await rig.event(lock, "lockOfflineAlarm", isGone);
    await rig.must(lock, "add_password", { password: "123456" });
    await rig.pair(lock);
    await rig.event(lock, "clearLockOfflineAlarm");
    await rig.untilLive(lock, "123456");
    assert.equal(await onoffLine(lock), 1);
  });

  it("gets its codes at its first frame when it returns without a pairing", async () => {
    const lock = await rig.lock({ logRecords: 0 });
    await rig.until("the end of what its pairing began", () =>
      rig.keeper.statusOf(idOf(lock)).isWorking ? null : true,
    );
    // The lock is out of range, so its next frame is the one below.
    lock.goOutOfRange();
    rig.keeper.left(idOf(lock));
    await rig.event(lock, "lockOfflineAlarm", isGone);
    await rig.must(lock, "add_password", { password: "123456" });
    assert.equal(await onoffLine(lock), 2);
    lock.comeBack();
    rig.keeper.lockEvent(idOf(lock), { kind: "heard" });
    await rig.event(lock, "clearLockOfflineAlarm");
    await rig.untilLive(lock, "123456");
  });

  it("ends the running operation, and is reported once", async () => {
    const lock = await rig.lock({ answerDelayMs: [400, 400] });
    const frames = receivedFrames(lock);
    await rig.must(lock, "add_password", { password: "123456" });
    await rig.until("a command on its way", () => (frames.length > 0 ? true : null));
    lock.leave();
    await rig.event(lock, "lockOfflineAlarm", isGone);
    await rig.until("the end of the operation", () =>
      rig.keeper.statusOf(idOf(lock)).isWorking ? null : true,
    );
    const alarms = (await names(lock)).filter((name) => name.includes("OfflineAlarm"));
    assert.deepEqual(alarms, ["lockOfflineAlarm"]);
  });

  it("is reported as gone also after it was reported as silent", async () => {
    const lock = await rig.lock();
    lock.goOutOfRange();
    await rig.must(lock, "add_password", { password: "123456" });
    await rig.event(lock, "lockOfflineAlarm", (event) => !isGone(event));
    lock.leave();
    await rig.event(lock, "lockOfflineAlarm", isGone);
  });

  it("is not gone if it announces that it will rejoin", async () => {
    const lock = await rig.lock();
    lock.leaveAndRejoin();
    await rig.must(lock, "add_password", { password: "123456" });
    await rig.untilLive(lock, "123456");
    assert.equal((await names(lock)).includes("lockOfflineAlarm"), false);
    assert.equal(await onoffLine(lock), 1);
  });

  it("is reported as gone also after a restart, and only once", async () => {
    const lock = await rig.lock();
    lock.leave();
    await rig.event(lock, "lockOfflineAlarm", isGone);
    await rig.restart();
    await rig.must(lock, "add_password", { password: "123456" });
    assert.equal(await onoffLine(lock), 2);
    const alarms = (await names(lock)).filter((name) => name.includes("OfflineAlarm"));
    assert.deepEqual(alarms, ["lockOfflineAlarm"]);
  });

  describe("during its pairing", () => {
    async function steps(lock: VirtualLock): Promise<{ step: string; reason: string }[]> {
      const seen: { step: string; reason: string }[] = [];
      const end = rig.keeper.pairings.onStep((step) => {
        if (step.device !== idOf(lock)) return;
        seen.push({ step: step.step, reason: "reason" in step ? step.reason : "" });
      });
      await rig.call("permit_join", { seconds: 254 });
      assert.equal(rig.house.join(lock), null);
      const joinedMs = performance.now();
      await rig.until("the end of the pairing", () => {
        const last = seen.at(-1)?.step ?? "";
        return ["paired", "failed", "refused"].includes(last) ? true : null;
      });
      assert.ok(performance.now() - joinedMs < 10_000, "at once, not after time-outs");
      end();
      return seen;
    }

    it("is not reported as paired, because its pairing fails at once", async () => {
      const options = {
        ieee: "00158d00aaaa0001",
        profile: "LATCH-ZCL-1",
        time: rig.house.time,
      } as const;
      const lock = new TimidLock(options);
      strays.push(lock);
      const seen = await steps(lock);
      assert.deepEqual(seen.at(-1), {
        step: "failed",
        reason: "The device left the network before it was set up.",
      });
      assert.equal(rig.store.get("lock", [idOf(lock)]), undefined);
      // The lock comes back and stays.
      lock.isTimid = false;
      await rig.pair(lock);
      assert.deepEqual(await names(lock), ["lockPaired"]);
    });

    it("is offline if it was paired before", async () => {
      const options = {
        ieee: "00158d00aaaa0002",
        profile: "LATCH-ZCL-1",
        time: rig.house.time,
      } as const;
      const lock = new TimidLock(options);
      strays.push(lock);
      lock.isTimid = false;
      await rig.pair(lock);
      lock.leave();
      await rig.event(lock, "lockOfflineAlarm", isGone);
      lock.isTimid = true;
      assert.equal((await steps(lock)).at(-1)?.step, "failed");
      await rig.until("it to be offline", async () =>
        (await onoffLine(lock)) === 2 ? true : null,
      );
      const paired = (await names(lock)).filter((name) => name === "lockPaired");
      assert.equal(paired.length, 1);
    });
  });
});

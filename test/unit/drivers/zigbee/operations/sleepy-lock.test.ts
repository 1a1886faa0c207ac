import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { LockId } from "../../../../../daemon/core/model/door-lock.ts";
import type { Outcome } from "../../../../../drivers/lock-driver.ts";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";

const rig = new ZigbeeRig({ quirks: [{ model: /./, quirks: { spacingMs: 0 } }] });
const readPin = { name: "getPinCode", userId: 1 } as const;

before(() => rig.open());
after(() => rig.close());

/** Performs at the first word from the lock, within the driver's own call, as a gateway would. */
function atFirstWord(lock: VirtualLock): Promise<Outcome<"getPinCode">> {
  const id: LockId = idOf(lock);
  const { listener } = rig;
  const lockEvent = listener.lockEvent.bind(listener);
  return new Promise((resolve) => {
    listener.lockEvent = (from, event) => {
      lockEvent(from, event);
      if (from !== id) return;
      listener.lockEvent = lockEvent;
      resolve(rig.perform(lock, readPin));
    };
  });
}

describe("a lock that sleeps", () => {
  it("is out of reach, and in reach as soon as it checks in", async () => {
    const lock = rig.house.addLock({
      profile: "LATCH-ZCL-1",
      quirks: {
        isSleepy: true,
        longPollMs: 600_000,
        awakeAfterJoinMs: 60_000,
        checkInQuarterSeconds: 14_400,
        clock: "absent",
      },
    });
    await rig.pair(lock);
    lock.sleep();
    const asleep = await rig.perform(lock, readPin, 600);
    assert.deepEqual(asleep, { kind: "unreachable", cause: "timeout", wasSent: true });
    let fastPolls = 0;
    const end = rig.house.stick.onFrame(({ ieee, direction, frame }) => {
      const isCheckInAnswer = direction === "toDevice" && frame.clusterId === 0x0020;
      if (ieee === lock.ieee && isCheckInAnswer && frame.payload[3] === 1) fastPolls++;
    });
    const outcome = atFirstWord(lock);
    lock.checkIn();
    assert.deepEqual(await outcome, { kind: "done", reply: { kind: "empty" } });
    await rig.listener.until("the answer to the check-in", () =>
      fastPolls > 0 ? true : undefined,
    );
    end();
  });
});

describe("a lock that asks for the time", () => {
  /** Resolves when the lock's question has been answered. */
  function answered(lock: VirtualLock): Promise<void> {
    return new Promise((resolve) => {
      const end = rig.house.stick.onFrame(({ ieee, direction, frame }) => {
        if (ieee !== lock.ieee || direction !== "toDevice" || frame.clusterId !== 0x000a) return;
        end();
        // The frame is on its way: the lock takes it before the answer to the next question.
        resolve(rig.perform(lock, { name: "readState" }).then(() => undefined));
      });
    });
  }

  it("gets the gateway's time, with its zone", async () => {
    const lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: { clock: "client" } });
    const reported = answered(lock);
    await rig.pair(lock);
    await reported;
    const expected = rig.time.unixSeconds - 946_684_800 + 28_800;
    assert.ok(lock.localSeconds !== null);
    assert.ok(Math.abs(lock.localSeconds - expected) < 60);
  });

  it("gets no time while the gateway's time is lost", async () => {
    rig.time = { ...rig.time, isTrusted: false };
    const lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: { clock: "client" } });
    const reported = answered(lock);
    await rig.pair(lock);
    await reported;
    assert.equal(lock.localSeconds, null);
  });
});

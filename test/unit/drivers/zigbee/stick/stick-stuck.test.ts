import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import type { RadioState } from "../../../../../drivers/lock-driver.ts";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import { type FaultSwitches, noFaults } from "../../../../../drivers/simulated/stick/faults.ts";
import { ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";

const readPin = { name: "getPinCode", userId: 1 } as const;
const empty = { kind: "done", reply: { kind: "empty" } };

describe("a stick that answers and takes no frames", { timeout: 300_000 }, () => {
  const rig = new ZigbeeRig({ timing: { probeTimeoutMs: 500, confirmMs: 1_000 } });
  let front: VirtualLock;
  let back: VirtualLock;

  before(async () => {
    await rig.open();
    front = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    back = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    await rig.pair(front);
    await rig.pair(back);
  });
  afterEach(() => rig.house.stick.setFaults(noFaults()));
  after(() => rig.close());

  type Offline = Extract<RadioState, { kind: "offline" }>;

  async function givenUp(faults: Partial<FaultSwitches>): Promise<readonly unknown[]> {
    const from = rig.listener.radioStates.length;
    rig.house.stick.setFaults(faults);
    const outcomes = await Promise.all([
      rig.perform(front, readPin, 8_000),
      rig.perform(back, readPin, 8_000),
    ]);
    const offline = await rig.listener.until("the stick's fault", () =>
      rig.listener.radioStates
        .slice(from)
        .find((state): state is Offline => state.kind === "offline"),
    );
    assert.equal(offline.cause, "stickStuck");
    rig.house.stick.setFaults(noFaults());
    const at = rig.listener.radioStates.indexOf(offline);
    await rig.listener.radioBecomes("online", at);
    for (const lock of [front, back]) assert.deepEqual(await rig.perform(lock, readPin), empty);
    return outcomes;
  }

  function assertBlamed(outcomes: readonly unknown[], wasSent: boolean): void {
    const ofStick = { kind: "unreachable", cause: "stickOffline", wasSent };
    assert.deepEqual(outcomes, [ofStick, ofStick]);
  }

  it("is opened again when AF_DATA_REQUEST gets no answer, and no lock is blamed", async () => {
    assertBlamed(await givenUp({ commands: { AF_DATA_REQUEST: "unanswered" } }), true);
  });

  it("stays offline while frames get no answer, though SYS and ZDO are answered", async () => {
    const from = rig.listener.radioStates.length;
    rig.house.stick.setFaults({ commands: { AF_DATA_REQUEST: "unanswered" } });
    void rig.perform(front, readPin, 8_000);
    const states = () => rig.listener.radioStates.slice(from);
    await rig.listener.until("three tries in vain", () => {
      const stuck = states().filter((state) => state.kind === "offline");
      return stuck.length >= 3 ? stuck : undefined;
    });
    assert.equal(states().filter(({ kind }) => kind === "online").length, 0);
    rig.house.stick.setFaults(noFaults());
    await rig.listener.radioBecomes("online", from);
    assert.deepEqual(await rig.perform(front, readPin), empty);
  });

  for (const [name, status] of [
    ["its memory is full", 0x10],
    ["its buffers are full", 0x11],
    ["it has no network", 0xcd],
    ["its MAC has no resources", 0x1a],
    ["its endpoints are gone", 0x02],
    ["its network layer takes no request", 0xc2],
  ] as const) {
    it(`is opened again when it refuses frames because ${name}`, async () => {
      assertBlamed(await givenUp({ commands: { AF_DATA_REQUEST: status } }), false);
    });
  }

  it("is opened again when it confirms no frame at all", async () => {
    await givenUp({ confirms: "withheld" });
  });

  it("is opened again when every frame ends for want of a buffer", async () => {
    assertBlamed(await givenUp({ confirms: 0x11 }), true);
  });
});

describe("a stick that is well", { timeout: 240_000 }, () => {
  const rig = new ZigbeeRig({ timing: { probeTimeoutMs: 1_500, confirmMs: 2_000 } });
  let near: VirtualLock;
  let far: VirtualLock;

  before(async () => {
    await rig.open();
    near = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    far = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    await rig.pair(near);
    await rig.pair(far);
  });
  after(() => rig.close());

  it("is not blamed for a lock that is out of reach, and the lock is", async () => {
    far.goOutOfRange();
    const from = rig.listener.radioStates.length;
    for (let turn = 0; turn < 8; turn += 1) {
      const outcome = await rig.perform(far, readPin, 3_000);
      assert.ok(outcome.kind === "unreachable" && outcome.cause !== "stickOffline");
    }
    assert.equal(rig.listener.radioStates.length, from);
    far.comeBack();
    assert.deepEqual(await rig.perform(near, readPin), empty);
  });

  for (const [name, status, cause] of [
    ["no acknowledgement", 0xe9, "noRoute"],
    ["no route", 0xcd, "noRoute"],
    ["an expired frame", 0xf0, "asleep"],
    ["no acknowledgement of APS", 0xa7, "timeout"],
    ["no access to the channel", 0xe1, "timeout"],
  ] as const) {
    it(`is not restarted when the air fails every lock with ${name}, and works at once afterwards`, async () => {
      const from = rig.listener.radioStates.length;
      rig.house.stick.setFaults({ confirms: status, lossToDevice: 1 });
      for (let turn = 0; turn < 4; turn += 1) {
        const outcomes = await Promise.all(
          [near, far].map((lock) => rig.perform(lock, readPin, 3_000)),
        );
        for (const outcome of outcomes) {
          assert.deepEqual(outcome, { kind: "unreachable", cause, wasSent: true });
        }
      }
      rig.house.stick.setFaults(noFaults());
      for (const lock of [near, far]) assert.deepEqual(await rig.perform(lock, readPin), empty);
      assert.equal(rig.listener.radioStates.length, from);
    });
  }

  it("is not blamed for a line that stalls for a second", async () => {
    const from = rig.listener.radioStates.length;
    rig.house.stick.stallLine(1_000);
    assert.deepEqual(await rig.perform(near, readPin), empty);
    assert.equal(rig.listener.radioStates.length, from);
  });

  it("has its frames read through noise on the line", async () => {
    const from = rig.listener.radioStates.length;
    rig.house.stick.setFaults({ garbageToHost: 0.3 });
    for (let turn = 0; turn < 5; turn += 1) {
      assert.deepEqual(await rig.perform(near, readPin), empty);
    }
    rig.house.stick.setFaults({ garbageToHost: 0 });
    assert.equal(rig.listener.radioStates.length, from);
  });

  it("is opened again after a stall that outlasts every answer", async () => {
    const from = rig.listener.radioStates.length;
    rig.house.stick.stallLine(15_000);
    const outcome = await rig.perform(near, readPin, 10_000);
    assert.ok(outcome.kind === "unreachable" && outcome.cause === "stickOffline");
    await rig.listener.radioBecomes("offline", from);
    await rig.listener.radioBecomes("online", from);
    assert.deepEqual(await rig.perform(near, readPin), empty);
  });
});

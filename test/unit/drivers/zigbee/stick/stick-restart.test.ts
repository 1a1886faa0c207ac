import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";
import { within } from "../../../../support/within.ts";

const readPin = { name: "getPinCode", userId: 1 } as const;
const empty = { kind: "done", reply: { kind: "empty" } };

/** A start of frame that would swallow the 64 bytes behind it. */
const falseStart = Uint8Array.of(0xfe, 0x40, 0x44, 0x81);

describe("a stick whose firmware restarts by itself", { timeout: 240_000 }, () => {
  const rig = new ZigbeeRig();
  let lock: VirtualLock;

  before(async () => {
    await rig.open();
    lock = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    await rig.pair(lock);
  });
  after(() => rig.close());

  /** Waits for the fault and its end. @returns the cause that was told */
  async function recovered(seen: number): Promise<string> {
    const offline = await rig.listener.radioBecomes("offline", seen);
    assert.ok(offline.kind === "offline");
    const at = rig.listener.radioStates.indexOf(offline);
    await rig.listener.radioBecomes("online", at);
    return offline.cause;
  }

  async function worksAgain(): Promise<void> {
    assert.deepEqual(await rig.perform(lock, readPin), empty);
    const before = rig.listener.reported(idOf(lock)).length;
    lock.turnKnob(lock.lockState === "locked" ? "unlock" : "lock");
    await rig.listener.until("an event of the lock", () => {
      const events = rig.listener.reported(idOf(lock)).slice(before);
      return events.find(({ kind }) => kind === "operationEvent");
    });
  }

  const seen = () => rig.listener.radioStates.length;

  it("is started again on its network while nothing is in flight", async () => {
    const from = seen();
    rig.house.stick.restartFirmware({ reason: "external" });
    assert.equal(await recovered(from), "stickReset");
    await worksAgain();
  });

  it("ends what is in flight as the stick's fault, and works again", async () => {
    const from = seen();
    lock.goOutOfRange();
    const inFlight = rig.perform(lock, readPin, 20_000);
    rig.house.stick.restartFirmware({ reason: "watchdog" });
    const outcome = await inFlight;
    lock.comeBack();
    assert.ok(outcome.kind === "unreachable" && outcome.cause === "stickOffline");
    assert.equal(await recovered(from), "stickReset");
    await worksAgain();
  });

  it("is noticed when noise stands before the indication", async () => {
    const from = seen();
    rig.house.stick.restartFirmware({ noise: falseStart });
    assert.equal(await recovered(from), "stickReset");
    await worksAgain();
  });

  it("is noticed by the next command when the indication was lost", async () => {
    const from = seen();
    const { stick } = rig.house;
    stick.setFaults({ isMute: true });
    stick.restartFirmware();
    await new Promise((resolve) => setTimeout(resolve, 300));
    stick.setFaults({ isMute: false });
    const outcome = await rig.perform(lock, readPin);
    assert.deepEqual(outcome, { kind: "unreachable", cause: "stickOffline", wasSent: false });
    assert.equal(await recovered(from), "stickReset");
    await worksAgain();
  });

  it("is started again after two restarts in a row", async () => {
    const from = seen();
    rig.house.stick.restartFirmware();
    await rig.listener.radioBecomes("starting", from);
    rig.house.stick.restartFirmware({ reason: "watchdog" });
    await recovered(from);
    await worksAgain();
  });

  it("closes the network for joining, and ends the pairing that was under way", async () => {
    const second = rig.house.addLock({
      profile: "LATCH-ZCL-1",
      quirks: { answerDelayMs: [1_500, 1_500] },
    });
    await rig.driver.permitJoin(60);
    assert.equal(rig.house.join(second), null);
    await rig.listener.until("the probing of a lock", () =>
      rig.listener.steps.find(({ device, step }) => device === idOf(second) && step === "probing"),
    );
    const from = seen();
    rig.house.stick.restartFirmware();
    const last = await rig.listener.until("the end of the pairing", () =>
      rig.listener.steps.find(({ device, step }) => device === idOf(second) && step === "failed"),
    );
    assert.ok(last.step === "failed");
    assert.match(last.reason, /stick went away/);
    await recovered(from);
    assert.equal(rig.house.stick.isPermittingJoin, false);
    const steps = rig.listener.steps.filter(({ device }) => device === idOf(second));
    assert.equal(steps.filter(({ step }) => step === "paired").length, 0);
    await worksAgain();
  });

  it("has its network put back from the backup when the flash is empty", async () => {
    const from = seen();
    rig.house.stick.restartFirmware({ isFlashLost: true });
    assert.equal(await recovered(from), "stickReset");
    await worksAgain();
  });

  it("is unsteady while it restarts again and again", async () => {
    for (let turn = 0; turn < 2; turn += 1) {
      const from = seen();
      rig.house.stick.restartFirmware();
      await recovered(from);
    }
    const state = rig.driver.radioState();
    assert.ok(state.kind === "online" && (state.faults ?? 0) >= 2);
  });
});

describe("a stick that ran on while the gateway was away", () => {
  const rig = new ZigbeeRig();
  before(() => rig.open());
  after(() => rig.close());

  it("is closed for joining at the start", async () => {
    await rig.driver.permitJoin(200);
    assert.equal(rig.house.stick.isPermittingJoin, true);
    // As after a kill: the line goes, and nobody closes the network before.
    const from = rig.listener.radioStates.length;
    rig.house.stick.cutLine();
    await rig.listener.radioBecomes("online", from);
    await within(30_000, "a closed network", async () => {
      while (rig.house.stick.isPermittingJoin) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
  });
});

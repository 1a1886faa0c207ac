import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PinCode } from "../../../../../daemon/core/model/secret.ts";
import type { Profile } from "../../../../../drivers/simulated/lock/profiles.ts";
import { PlainDevice } from "../../../../support/radio/plain-device.ts";
import { idOf, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";

/** Real Yale locks want two seconds between commands; virtual ones do not. */
const rig = new ZigbeeRig({ quirks: [{ model: /./, quirks: { spacingMs: 0 } }] });

before(() => rig.open());
after(() => rig.close());

/** A lock that polls its parent takes 8 s and more; one that does is enough. */
const awake = { isSleepy: false } as const;

/** Joins and answers, and has no Door Lock cluster. */
class Lamp extends PlainDevice {
  override readonly endpoints = [
    {
      endpoint: 1,
      profileId: 0x0104,
      deviceId: 0x0100,
      deviceVersion: 1,
      inputClusters: [0x0000, 0x0006],
      outputClusters: [],
    },
  ];
}

/** As a Yale of Brazil: it answers for Power Configuration, which is not in its simple descriptor. */
const batteryNotListed: Profile = {
  manufacturerName: "latchd",
  modelId: "BATTERY-NOT-LISTED",
  manufacturerCode: 0x1049,
  firmware: "1.0.0",
  dateCode: "20260101",
  vendorAttributes: [],
  quirks: {},
  record: {
    endpoints: [
      {
        endpoint: 1,
        profileId: 0x0104,
        deviceId: 0x000a,
        deviceVersion: 1,
        inputClusters: [0x0000, 0x0003, 0x0009, 0x0101],
        outputClusters: [0x000a, 0x0019],
      },
    ],
    node: null,
    values: new Map(),
    missing: new Set(),
    batteryPercent: 90,
    missingClusters: new Set(),
  },
};

function pin(text: string): PinCode {
  const code = PinCode.parse(text);
  assert.ok(code !== null);
  return code;
}

describe("pairing", () => {
  it("reports the steps in sequence and the capabilities of a lock that follows the ZCL", async () => {
    const lock = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    lock.programAtKeypad({ userId: 2, code: "864200" });
    const { description, slots } = await rig.pair(lock);
    const id = idOf(lock);
    assert.deepEqual(
      rig.listener.steps.filter(({ device }) => device === id).map(({ step }) => step),
      ["joined", "interviewing", "probing", "paired"],
    );
    const { capabilities } = description;
    assert.equal(description.model, "LATCH-ZCL-1");
    assert.deepEqual(
      [capabilities.pinUsers, capabilities.firstUserId, capabilities.lastUserId],
      [50, 1, 49],
    );
    assert.deepEqual(
      [capabilities.weekDaySchedulesPerUser, capabilities.yearDaySchedulesPerUser],
      [4, 4],
    );
    assert.equal(capabilities.pinReadBack, "readable");
    assert.equal(capabilities.operationEvents, "yes");
    assert.equal(capabilities.alarms, "yes");
    assert.equal(capabilities.reportMs, 3_600_000);
    const second = slots.get(2);
    assert.ok(second?.kind === "occupied" && second.pinCode !== "masked");
    assert.ok(second.pinCode.equals(pin("864200")));
    assert.equal(slots.get(1)?.kind, "empty");
  });

  it("finds the endpoint of a Kwikset", async () => {
    const lock = rig.house.addLock({ profile: "SMARTCODE_DEADBOLT_10_L" });
    const { description } = await rig.pair(lock);
    assert.equal(description.capabilities.endpoint, 2);
    assert.equal(description.manufacturer, "Kwikset");
    assert.equal(description.capabilities.lastUserId, 29);
    assert.equal(description.capabilities.isSleepy, true);
    assert.equal(description.capabilities.clock, "absent");
  });

  it("binds and reads the battery of a lock that does not list Power Configuration", async () => {
    const lock = rig.house.addLock({ profile: batteryNotListed });
    await rig.pair(lock);
    lock.setBattery(40);
    const outcome = await rig.perform(lock, { name: "readState" });
    assert.ok(outcome.kind === "done", outcome.kind);
    assert.deepEqual([outcome.reply.batteryPercent, outcome.reply.batteryRaw], [40, 80]);
  });

  it("learns that a lock hides its digits", async () => {
    const lock = rig.house.addLock({ profile: "BE468", quirks: awake });
    lock.programAtKeypad({ userId: 1, code: "8642" });
    const { description, slots } = await rig.pair(lock);
    assert.equal(description.capabilities.pinReadBack, "masked");
    const first = slots.get(1);
    assert.ok(first?.kind === "occupied" && first.pinCode === "masked");
  });

  it("asks a lock that keeps silent about its codes for their status", async () => {
    const lock = rig.house.addLock({
      profile: "LATCH-ZCL-1",
      quirks: { getPin: "silent", unsupportedCommands: [0x06] },
    });
    lock.programAtKeypad({ userId: 1, code: "8642" });
    const { description, slots } = await rig.pair(lock);
    assert.equal(description.capabilities.pinReadBack, "silent");
    const first = slots.get(1);
    assert.ok(first?.kind === "occupied" && first.pinCode === "masked");
  });

  it("takes a Yale with a clock of its own, sets it and learns its check-in", async () => {
    const lock = rig.house.addLock({ profile: "YRD226", quirks: awake });
    const { description } = await rig.pair(lock);
    assert.equal(description.capabilities.clock, "server");
    assert.equal(description.capabilities.checkInMs, 3_600_000);
    const localSeconds = lock.localSeconds;
    assert.ok(localSeconds !== null);
    const expected = rig.time.unixSeconds - 946_684_800 + 28_800;
    assert.ok(Math.abs(localSeconds - expected) < 60, `${localSeconds} is not ${expected}`);
  });

  it("does not know of events where masks cannot be written", async () => {
    const lock = rig.house.addLock({ profile: "LIA", quirks: awake });
    const { description } = await rig.pair(lock);
    assert.equal(description.capabilities.operationEvents, "unknown");
    assert.equal(description.capabilities.programmingEvents, "unknown");
  });

  it("sends away who is not expected", async () => {
    const stranger = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    const expected = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    await rig.driver.permitJoin(60, idOf(expected));
    assert.equal(rig.house.join(stranger), null);
    const step = await rig.listener.until("the refusal", () =>
      rig.listener.steps.find(({ device }) => device === idOf(stranger)),
    );
    assert.equal(step.step, "refused");
    assert.equal(rig.house.join(expected), null);
    await rig.paired(idOf(expected));
  });

  it("sends away what is no lock", async () => {
    const lamp = new Lamp({ ieee: "00158d0000000001" });
    await rig.driver.permitJoin(60);
    assert.equal(rig.house.stick.join(lamp), null);
    const step = await rig.listener.until("the refusal", () =>
      rig.listener.steps.find(
        ({ device, step: name }) => device === "0x00158d0000000001" && name === "refused",
      ),
    );
    assert.ok(step.step === "refused");
    assert.match(step.reason, /not a door lock/);
  });

  it("probes a lock again that joins again while the network is open", async () => {
    const lock = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    await rig.pair(lock);
    lock.programAtKeypad({ userId: 3, code: "111222" });
    lock.leave();
    const id = idOf(lock);
    await rig.listener.until("the leave", () =>
      rig.listener.gone.includes(id) ? true : undefined,
    );
    rig.listener.steps.length = 0;
    const { slots } = await rig.pair(lock);
    assert.equal(slots.get(3)?.kind, "occupied");
  });

  it("ends with a lock that has left and is forgotten", async () => {
    const lock = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    await rig.pair(lock);
    assert.deepEqual(await rig.driver.remove(idOf(lock)), { wasTold: true });
    await new Promise<void>((resolve) => {
      if (!lock.isJoined) resolve();
      lock.onAct(({ act }) => (act === "left" ? resolve() : undefined));
    });
    const outcome = await rig.perform(lock, { name: "getPinCode", userId: 1 });
    assert.deepEqual(outcome, { kind: "unreachable", cause: "noRoute", wasSent: false });
  });

  it("opens and closes as the last of many concurrent calls asks, and leaves no timers behind", async () => {
    const { stick } = rig.house;
    const timers = () =>
      process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    await rig.driver.permitJoin(0);
    const before = timers();
    const wishes = Array.from({ length: 20 }, (_, index) => 200 - index);
    await Promise.all([...wishes, 0].map((seconds) => rig.driver.permitJoin(seconds)));
    assert.equal(stick.isPermittingJoin, false, "closed means closed");
    assert.ok(timers() - before < 5, `${timers() - before} timers more than before`);
    const late = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    assert.notEqual(rig.house.join(late), null, "and nobody gets in");
    await Promise.all([0, 90].map((seconds) => rig.driver.permitJoin(seconds)));
    assert.equal(stick.isPermittingJoin, true);
    await rig.driver.permitJoin(0);
    assert.equal(stick.isPermittingJoin, false);
  });

  it("refuses a time out of range and an install code of no known form", async () => {
    await assert.rejects(rig.driver.permitJoin(255), { code: "badParameters", field: "seconds" });
    await assert.rejects(rig.driver.addInstallCode("nonsense"), { code: "badParameters" });
  });
});

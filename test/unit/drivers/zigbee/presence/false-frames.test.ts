import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PinCode } from "../../../../../daemon/core/model/secret.ts";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf, ListenerRecord, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";

/** MT_ZDO indications: END_DEVICE_ANNCE_IND, LEAVE_IND, TC_DEV_IND. */
const zdo = 5;
const indication = { announce: 0xc1, leave: 0xc9, join: 0xca } as const;
const foreignAddress = 0x1234;

const u16 = (value: number) => [value & 0xff, value >> 8];
const ieee = (lock: VirtualLock) => [...Buffer.from(lock.ieee, "hex").reverse()];

describe("frames with a lock's address that do not come from the lock", {
  timeout: 180_000,
}, () => {
  const rig = new ZigbeeRig({ quirks: [{ model: /./, quirks: { spacingMs: 0 } }] });
  let lock: VirtualLock;
  let record: ListenerRecord;
  before(async () => {
    await rig.open();
    lock = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    await rig.pair(lock);
    await rig.driver.permitJoin(0);
    await rig.driver.stop();
    record = new ListenerRecord();
    const driver = rig.makeDriver();
    rig.listener = record;
    await driver.start(record, [idOf(lock)]);
    await record.radioBecomes("online");
  });
  after(() => rig.close());

  const tell = (command: number, payload: number[]) =>
    rig.house.stick.tellHost(zdo, command, Uint8Array.from(payload));

  async function setsCode(digits: string): Promise<void> {
    const pinCode = PinCode.parse(digits);
    assert.ok(pinCode !== null);
    const outcome = await rig.perform(
      lock,
      {
        name: "setPinCode",
        userId: 1,
        userStatus: "occupiedEnabled",
        userType: "unrestricted",
        pinCode,
      },
      12_000,
    );
    assert.equal(outcome.kind, "done");
    assert.ok(lock.users().some((user) => user.pinCode.reveal() === digits));
  }

  it("does not send a code to the address that a forged announcement names", async () => {
    tell(indication.announce, [
      ...u16(foreignAddress),
      ...u16(foreignAddress),
      ...ieee(lock),
      0x80,
    ]);
    await setsCode("111111");
  });

  it("sends a code at once while announcements name one address after the other", async () => {
    let address = foreignAddress;
    const lying = setInterval(() => {
      address += 1;
      tell(indication.announce, [...u16(address), ...u16(address), ...ieee(lock), 0x80]);
    }, 50);
    try {
      for (const digits of ["121314", "131415", "141516"]) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        const beganMs = performance.now();
        await setsCode(digits);
        assert.ok(performance.now() - beganMs < 2_000, `${performance.now() - beganMs} ms`);
      }
    } finally {
      clearInterval(lying);
    }
  });

  it("does not send a code to the address of a forged join", async () => {
    tell(indication.join, [...u16(foreignAddress), ...ieee(lock), ...u16(0)]);
    await setsCode("222222");
    assert.deepEqual(record.steps, []);
  });

  it("does not take a lock for gone that still answers", async () => {
    for (let n = 0; n < 5; n += 1)
      tell(indication.leave, [...u16(foreignAddress), ...ieee(lock), 0, 0, 0]);
    await setsCode("333333");
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    assert.deepEqual(record.gone, []);
    lock.programAtKeypad({ userId: 4, code: "864200" });
    await record.until("the keypad's event", () =>
      record.reported(idOf(lock)).find(({ kind }) => kind === "programmingEvent"),
    );
    await setsCode("444444");
  });

  it("returns the operation's outcome in time while strangers try to join", async () => {
    for (let n = 0; n < 200; n += 1) {
      const stranger = [...u16(0x2000 + n), 1, 2, 3, 4, 5, 6, 7, n, ...u16(0)];
      tell(indication.join, stranger);
    }
    const beganMs = performance.now();
    await setsCode("555555");
    assert.ok(performance.now() - beganMs < 2_000, `${performance.now() - beganMs} ms`);
    assert.ok(record.steps.length <= 3, `${record.steps.length} refusals`);
  });

  it("follows a lock that comes back with another network address", async () => {
    const reported = record.doubts.length;
    assert.equal(rig.house.stick.rejoin(lock, { withNewAddress: true }), null);
    for (let n = 0; n < 200 && !rig.log.text.includes("has a new network address"); n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await setsCode("666666");
    assert.deepEqual(record.doubts.slice(reported), []);
  });
});

describe("a stranger that joins and keeps silent", { timeout: 120_000 }, () => {
  it("is sent away when the network closes, and pairs no more when it speaks", async () => {
    const rig = new ZigbeeRig({ quirks: [{ model: /./, quirks: { spacingMs: 0 } }] });
    await rig.open();
    try {
      const stranger = rig.house.addLock({ profile: "LATCH-ZCL-1" });
      await rig.driver.permitJoin(60);
      assert.equal(rig.house.join(stranger), null);
      stranger.goOutOfRange();
      await rig.listener.until("the join", () =>
        rig.listener.steps.find(({ step }) => step === "joined"),
      );
      await rig.driver.permitJoin(0);
      assert.equal(rig.driver.isPermittingJoin(), false);
      const last = await rig.listener.until("the end", () =>
        rig.listener.steps.find(({ step }) => step === "failed"),
      );
      assert.ok(last.step === "failed");
      assert.match(last.reason, /did not answer while the network was open/);
      stranger.comeBack();
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      assert.deepEqual(
        rig.listener.steps.filter(({ step }) => step === "paired"),
        [],
      );
      assert.deepEqual(
        (await rig.driver.network(false)).devices.map(({ kind }) => kind),
        ["coordinator"],
      );
    } finally {
      await rig.close();
    }
  });
});

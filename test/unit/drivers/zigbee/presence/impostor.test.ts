import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { LockId } from "../../../../../daemon/core/model/door-lock.ts";
import { PinCode } from "../../../../../daemon/core/model/secret.ts";
import type { Quirks } from "../../../../../drivers/simulated/lock/quirks.ts";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import { Liar } from "../../../../support/radio/impostor.ts";
import { idOf, ListenerRecord, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";

const empty = { kind: "done", reply: { kind: "empty" } };
const readPin = { name: "getPinCode", userId: 5 } as const;

describe("an impostor at a second network address", { timeout: 300_000 }, () => {
  const rig = new ZigbeeRig({ quirks: [{ model: /./, quirks: { spacingMs: 0 } }] });
  const liar = new Liar(rig.house);
  let record = new ListenerRecord();
  before(async () => {
    await rig.open();
    await rig.driver.stop();
    await startWith([]);
  });
  after(async () => {
    liar.stop();
    await rig.close();
  });

  async function startWith(locks: readonly LockId[]): Promise<void> {
    record = new ListenerRecord();
    const driver = rig.makeDriver();
    rig.listener = record;
    await driver.start(record, locks);
    await record.radioBecomes("online");
  }

  async function aLock(quirks: Partial<Quirks> = {}): Promise<VirtualLock> {
    const lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks });
    await rig.pair(lock);
    await rig.driver.permitJoin(0);
    return lock;
  }

  /** A lock, and somebody who says to be it at an address of his own. */
  async function aPair(quirks: Partial<Quirks> = {}) {
    const lock = await aLock(quirks);
    return { lock, ...liar.impostor(lock) };
  }

  async function setsCode(lock: VirtualLock, digits: string): Promise<void> {
    const pinCode = PinCode.parse(digits);
    assert.ok(pinCode !== null);
    const user = { userId: 1, userStatus: "occupiedEnabled", userType: "unrestricted" } as const;
    const outcome = await rig.perform(lock, { name: "setPinCode", ...user, pinCode }, 12_000);
    assert.equal(outcome.kind, "done");
  }

  const codesOf = (lock: VirtualLock) => lock.users().map(({ pinCode }) => pinCode.reveal());
  const alarm = (lock: VirtualLock, doubt: "twice" | "joined") =>
    record.until(`the alarm ${doubt}`, () =>
      record.doubts.find((reported) => reported === `${idOf(lock)} ${doubt}`),
    );

  /** The code is in the lock and in nobody else, an alarm was told, and the lock is heard as before. */
  async function isHarmless(lock: VirtualLock, impostor: VirtualLock): Promise<void> {
    await setsCode(lock, "135790");
    assert.deepEqual(codesOf(lock), ["135790"]);
    assert.deepEqual(codesOf(impostor), []);
    const before = record.reported(idOf(lock)).length;
    lock.programAtKeypad({ userId: 4, code: "864200" });
    await record.until("the lock's own event", () =>
      record
        .reported(idOf(lock))
        .slice(before)
        .find(({ kind }) => kind === "programmingEvent"),
    );
  }

  /** What was told to the host before has been taken in: this comes behind it. */
  async function hasTaken(lock: VirtualLock): Promise<void> {
    const before = record.reported(idOf(lock)).length;
    lock.turnKnob(lock.lockState === "locked" ? "unlock" : "lock");
    await record.until("the lock's own event", () => record.reported(idOf(lock))[before]);
  }

  it("gets no code by an announcement while the lock is there, and raises an alarm", async () => {
    const { lock, impostor, at } = await aPair();
    liar.announces(lock.ieee, at);
    await isHarmless(lock, impostor);
    await alarm(lock, "twice");
    // Its answers have made herdsman take its address over, again and again.
    liar.tellsIeeeAddress(lock.ieee, at);
    liar.announces(lock.ieee, at);
    await setsCode(lock, "246801");
    assert.deepEqual(codesOf(lock), ["246801", "864200"]);
    assert.deepEqual(codesOf(impostor), []);
  });

  it("gets no code by an answer to a question about the lock's network address", async () => {
    const { lock, impostor, at } = await aPair();
    liar.tellsNetworkAddress(lock.ieee, at);
    await isHarmless(lock, impostor);
    await alarm(lock, "twice");
  });

  it("gets no code by an answer in the lock's name that denies the lock's address", async () => {
    const { lock, impostor, at } = await aPair();
    const before = addressIn((await rig.driver.network(false)).devices, lock);
    liar.announces(lock.ieee, at);
    for (let n = 0; n < 10; n += 1) liar.tellsIeeeAddress("00124b00000000aa", before);
    await isHarmless(lock, impostor);
    await alarm(lock, "twice");
  });

  it("gets no code by a join or a trust-centre rejoin while joining is closed", async () => {
    const { lock, impostor, at } = await aPair();
    liar.joins(lock.ieee, at);
    await isHarmless(lock, impostor);
    await alarm(lock, "twice");
    assert.deepEqual(
      record.steps.filter(({ step }) => step === "failed"),
      [],
    );
  });

  it("gets no code while the lock sleeps for six seconds at a time", async () => {
    const { lock, impostor, at } = await aPair({ isSleepy: true, longPollMs: 6_000 });
    liar.leaves(lock.ieee, at);
    liar.announces(lock.ieee, at);
    await alarm(lock, "twice");
    await isHarmless(lock, impostor);
    assert.deepEqual(record.gone, []);
  });

  it("is suspended as another device when the lock is said to have left and does not answer", async () => {
    const { lock, impostor, at } = await aPair();
    lock.goOutOfRange();
    liar.leaves(lock.ieee, at);
    await record.until("the departure", () => record.gone.find((id) => id === idOf(lock)));
    liar.announces(lock.ieee, at);
    await alarm(lock, "joined");
    impostor.stop();
  });

  it("does not speak for the lock from its own network address", async () => {
    const { lock, impostor, at } = await aPair();
    const before = record.reported(idOf(lock)).length;
    impostor.turnKnob("unlock");
    impostor.programAtKeypad({ userId: 4, code: "864200" });
    liar.announces(lock.ieee, at);
    impostor.turnKnob("lock");
    await alarm(lock, "twice");
    impostor.turnKnob("unlock");
    assert.deepEqual(await rig.perform(lock, readPin), empty);
    assert.equal(record.reported(idOf(lock)).length, before);
  });

  it("does not make a lock deaf by saying that another device has its network address", async () => {
    const [lock, other] = [await aLock(), await aLock()];
    const { devices } = await rig.driver.network(false);
    const [own, others] = [addressIn(devices, lock), addressIn(devices, other)];
    const stranger = "00124b00000000ab";
    liar.announces(other.ieee, own);
    liar.tellsNetworkAddress(other.ieee, own);
    liar.joins(other.ieee, own);
    await rig.driver.permitJoin(60);
    liar.joins(stranger, own);
    await hasTaken(lock);
    await rig.driver.permitJoin(0);
    assert.ok(!record.steps.some(({ device }) => device === `0x${stranger}`));
    for (const one of [lock, other]) {
      await isHarmless(one, liar.impostor(one).impostor);
    }
    const after = (await rig.driver.network(false)).devices;
    assert.deepEqual([addressIn(after, lock), addressIn(after, other)], [own, others]);
  });

  it("does not get a code to a broadcast address or to the gateway's own", async () => {
    const { lock, impostor } = await aPair();
    for (const claimed of [0xffff, 0xfffd, 0xfffc, 0xfffe, 0x0000]) {
      liar.announces(lock.ieee, claimed);
      liar.tellsIeeeAddress(lock.ieee, claimed);
      liar.joins(lock.ieee, claimed);
    }
    await isHarmless(lock, impostor);
  });

  it("does not hold up what takes access away while addresses are looked at", async () => {
    const [{ lock }, witness] = [await aPair(), await aLock()];
    lock.goOutOfRange();
    for (let n = 0; n < 50; n += 1) liar.announces(lock.ieee, 0x3000 + n);
    await hasTaken(witness);
    lock.comeBack();
    const beganMs = performance.now();
    const outcome = await rig.perform(lock, { name: "clearPinCode", userId: 1 }, 12_000);
    assert.equal(outcome.kind, "done");
    assert.ok(performance.now() - beganMs < 2_000, `${performance.now() - beganMs} ms`);
  });

  it("costs an operation no time when hundreds of unknown devices speak", async () => {
    const lock = await aLock();
    const openedByHand = [0x09, 1, 0x20, 2, 14, 0xff, 0xff, 0, 0, 0, 0, 0, 0];
    for (let n = 0; n < 300; n += 1) liar.speaks(0x4000 + n, openedByHand);
    await hasTaken(lock);
    const beganMs = performance.now();
    assert.deepEqual(await rig.perform(lock, readPin), empty);
    assert.ok(performance.now() - beganMs < 2_000, `${performance.now() - beganMs} ms`);
  });

  it("does not cost a lock its place when it is said to leave with many others at once", async () => {
    const locks = [await aLock(), await aLock()];
    for (let round = 0; round < 5; round += 1) {
      for (const { ieee } of rig.house.locks()) liar.leaves(ieee, 0x1234);
    }
    for (const lock of locks) await setsCode(lock, "135790");
    for (const lock of locks) assert.ok(!record.gone.includes(idOf(lock)));
  });

  it("moves no lock and dismisses none while the radio starts", async () => {
    const { lock, impostor, at } = await aPair();
    await rig.driver.stop();
    const lying = setInterval(() => {
      liar.joins(lock.ieee, at);
      liar.leaves(lock.ieee, at);
      liar.announces(lock.ieee, at);
    }, 5);
    try {
      await startWith([idOf(lock)]);
    } finally {
      clearInterval(lying);
    }
    await isHarmless(lock, impostor);
    assert.deepEqual(record.gone, []);
  });

  it("is doubted when it joins at the lock's own network address", async () => {
    const lock = await aLock();
    const { devices } = await rig.driver.network(false);
    liar.joins(lock.ieee, addressIn(devices, lock));
    await alarm(lock, "joined");
  });

  it("is not suspected when the lock itself comes back with its key", async () => {
    const lock = await aLock();
    assert.equal(rig.house.stick.rejoin(lock), null);
    await setsCode(lock, "135790");
    assert.deepEqual(
      record.doubts.filter((reported) => reported.startsWith(idOf(lock))),
      [],
    );
  });

  function addressIn(
    devices: Awaited<ReturnType<typeof rig.driver.network>>["devices"],
    lock: VirtualLock,
  ): number {
    const found = devices.find(({ uuid }) => uuid === idOf(lock));
    assert.ok(found !== undefined);
    return found.networkAddress;
  }
});

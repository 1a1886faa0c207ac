import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { Liar } from "../../../support/radio/impostor.ts";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { receivedFrames } from "../../../support/received-frames.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

const settleMs = 3_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a device with the address of a lock", { timeout: 300_000 }, () => {
  let rig: KeeperRig;
  const impostors: VirtualLock[] = [];
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(async () => {
    for (const impostor of impostors) impostor.stop();
    await rig.close();
  });

  function impostorOf(lock: VirtualLock): VirtualLock {
    const { ieee } = lock;
    const impostor = new VirtualLock({
      ieee,
      profile: "LATCH-ZCL-1",
      quirks: { pinUsers: 10 },
      time: rig.house.time,
    });
    impostors.push(impostor);
    return impostor;
  }

  const codesOf = (lock: VirtualLock) =>
    lock.users().map(({ pinCode, userId }) => `${userId}: ${pinCode.reveal()}`);

  it("gets no code when it joins while the network is open for any device", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "123456" });
    await rig.untilLive(lock, "123456");
    lock.stop();
    const impostor = impostorOf(lock);
    assert.equal((await rig.call("permit_join", { seconds: 254 })).ErrNo, 0);
    assert.equal(impostor.join(rig.house.stick), null);
    await rig.event(lock, "lockRejoinedAlarm", ({ detail }) => detail?.["codes_held"] === 1);
    await rig.must(lock, "add_password", { password: "654321" });
    // Pairing suspends the grants again, so a release before its end would be lost.
    await rig.until("the end of the pairing", () =>
      rig.log.text.includes("the lock was paired again") ? true : null,
    );
    await pause(settleMs);
    assert.deepEqual(codesOf(impostor), []);
    await rig.must(lock, "release_grants");
    await rig.event(lock, "clearLockRejoinedAlarm");
    await rig.untilStored(impostor, "123456");
    await rig.untilStored(impostor, "654321");
    await rig.call("permit_join", { seconds: 0 });
  });

  it("gets no code when it joins while the network is open for another device", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "123456" });
    await rig.untilLive(lock, "123456");
    await rig.call("permit_join", { seconds: 0 });
    lock.stop();
    const impostor = impostorOf(lock);
    const uuid = "0x00124b00000000aa";
    assert.equal((await rig.call("permit_join", { seconds: 254, uuid })).ErrNo, 0);
    assert.equal(impostor.join(rig.house.stick), null);
    await rig.event(lock, "lockRejoinedAlarm");
    await rig.must(lock, "update_password", { password_id: 1, password: "654321" });
    await pause(settleMs);
    assert.deepEqual(codesOf(impostor), []);
    await rig.call("permit_join", { seconds: 0 });
  });

  it("gets no code at a second network address while the lock is there, which still works", async () => {
    const lock = await rig.lock();
    await rig.call("permit_join", { seconds: 0 });
    const liar = new Liar(rig.house);
    const { impostor, at: address } = liar.impostor(lock);
    impostors.push(impostor);
    const lies = ["announces", "tellsNetworkAddress", "joins"] as const;
    const codes = ["135791", "235791", "335791"];
    for (const [at, lie] of lies.entries()) {
      liar[lie](lock.ieee, address);
      await rig.must(lock, "add_password", { password: codes[at] });
      await rig.untilStored(lock, codes[at] ?? "");
    }
    await rig.event(lock, "lockRejoinedAlarm", ({ detail }) => detail?.["reason"] === "twice");
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.untilLive(lock, ...codes.slice(1));
    const before = (await rig.events(lock)).length;
    assert.equal(lock.keypad("235791"), "opened");
    await rig.until("the lock's own opening", async () =>
      (await rig.events(lock)).slice(before).some(({ event }) => event === "lockerOpenAlarm")
        ? true
        : null,
    );
    assert.deepEqual(codesOf(impostor), []);
  });

  it("gets no code that waited for the lock before it is paired", async () => {
    const lock = await rig.lock();
    lock.goOutOfRange();
    await rig.must(lock, "add_password", { password: "135791" });
    await rig.event(lock, "lockOfflineAlarm");
    const impostor = impostorOf(lock);
    const frames = receivedFrames(impostor);
    assert.equal((await rig.call("permit_join", { seconds: 254 })).ErrNo, 0);
    const from = rig.store.journalRange().head;
    assert.equal(impostor.join(rig.house.stick), null);
    await rig.event(lock, "lockPaired", ({ seq }) => seq > from);
    await pause(settleMs);
    assert.deepEqual(
      frames.filter((frame) => frame.startsWith("05")),
      [],
    );
    await rig.call("permit_join", { seconds: 0 });
  });

  it("cannot put a code of its own into the lock whose address it used", async () => {
    const lock = await rig.lock();
    for (const password of ["135791", "246802"]) await rig.must(lock, "add_password", { password });
    await rig.untilLive(lock, "135791", "246802");
    const slots = lock.users().map(({ userId, pinCode }) => [pinCode.reveal(), userId] as const);
    const slotOf = new Map(slots);
    lock.goOutOfRange();
    const impostor = impostorOf(lock);
    // The impostor has its own codes in the slots of our codes, the administrator's among them.
    impostor.programAtKeypad({ userId: slotOf.get("999111") ?? 0, code: "666660" });
    impostor.programAtKeypad({ userId: slotOf.get("135791") ?? 0, code: "666661" });
    await rig.call("permit_join", { seconds: 254 });
    assert.equal(impostor.join(rig.house.stick), null);
    const from = rig.store.journalRange().head;
    await rig.event(lock, "lockRejoinedAlarm");
    await rig.event(lock, "lockPaired", ({ seq }) => seq > from - 10);
    // The impostor reports codes that were added, changed and deleted at its keypad.
    impostor.programAtKeypad({ userId: slotOf.get("246802") ?? 0, code: "666662" });
    impostor.programAtKeypad({ userId: 8, code: "666663" });
    impostor.programAtKeypad({ userId: slotOf.get("999111") ?? 0, code: "666664" });
    await pause(settleMs);
    await rig.call("permit_join", { seconds: 0 });
    impostor.stop();
    // The real lock is paired again by its address, and gets the codes that were desired before.
    lock.comeBack();
    lock.left();
    await rig.pair(lock);
    await rig.untilLive(lock, "135791", "246802");
    await rig.untilStored(lock, "999111");
    await pause(settleMs);
    const present = codesOf(lock).map((text) => text.replace(/^\d+: /, ""));
    assert.deepEqual(present.sort(), ["135791", "246802", "999111"]);
  });

  it("stays suspended over a restart, and a snapshot does not release it", async () => {
    const lock = await rig.lock();
    lock.stop();
    const impostor = impostorOf(lock);
    await rig.call("permit_join", { seconds: 254 });
    assert.equal(impostor.join(rig.house.stick), null);
    await rig.event(lock, "lockRejoinedAlarm");
    await rig.restart();
    const passwords = [{ password_id: 7, password: "777777", name: "" }];
    const reply = await rig.call("apply_snapshot", { uuid: idOf(lock), revision: 1, passwords });
    assert.ok(reply.ErrNo !== 15000, reply.ErrMsg);
    await rig.must(lock, "add_password", { password: "123456" });
    await pause(settleMs);
    assert.deepEqual(codesOf(impostor), []);
  });

  it("gets its codes at once if the network was opened for exactly its address", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "123456" });
    await rig.untilLive(lock, "123456");
    lock.stop();
    const successor = impostorOf(lock);
    await rig.pair(successor);
    await rig.untilStored(successor, "123456");
    await rig.untilStored(successor, "999111");
  });

  it("still has codes revoked", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "123456" });
    await rig.untilLive(lock, "123456");
    // The lock itself joins again with its codes, while the network is open for any device.
    lock.left();
    const from = rig.store.journalRange().head;
    await rig.call("permit_join", { seconds: 254 });
    assert.equal(rig.house.join(lock), null);
    await rig.event(lock, "lockPaired", (event) => event.seq > from);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.untilLive(lock);
  });
});

describe("a network that was open when the daemon was killed", { timeout: 300_000 }, () => {
  it("is closed at the next start, and the cloud gets an event", async () => {
    const rig = await KeeperRig.open();
    try {
      await rig.call("permit_join", { seconds: 254 });
      assert.equal(rig.house.stick.isPermittingJoin, true);
      rig.house.stick.cutLine();
      await rig.restart();
      await rig.event(null, "joiningClosed");
      await rig.until("the stick to be closed", () =>
        rig.house.stick.isPermittingJoin ? null : true,
      );
      const late = rig.house.addLock({ profile: "LATCH-ZCL-1" });
      assert.notEqual(rig.house.join(late), null);
    } finally {
      await rig.close();
    }
  });
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { receivedFrames } from "../../../support/received-frames.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

const ascii = (code: string) => Buffer.from(code).toString("hex");

describe("the daemon setting, reading and clearing codes", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  async function slotOf(lock: VirtualLock, userId: number) {
    const { slots } = await rig.must(lock, "list_slots");
    assert.ok(Array.isArray(slots));
    return slots.find((slot) => slot.user_id === userId);
  }

  it("sends a code as text to the slot of its number, with its leading zeros", async () => {
    const lock = await rig.lock();
    const frames = receivedFrames(lock);
    await rig.must(lock, "add_password", { password: "001200" });
    await rig.operation(lock, 1, [1, 3]);
    assert.equal(frames.includes(`050200010006${ascii("001200")}`), true);
    assert.equal(lock.keypad("001200"), "opened");
  });

  it("fails as duplicate, without a retry, if the lock has the code in another slot", async () => {
    const lock = await rig.lock({ programmingEvents: "none" });
    lock.programAtKeypad({ userId: 8, code: "222333" });
    const frames = receivedFrames(lock);
    await rig.must(lock, "add_password", { password: "222333" });
    const outcome = await rig.operation(lock, 1, [1, 2]);
    assert.equal(outcome.detail?.["reason"], "duplicate");
    assert.equal(frames.filter((frame) => frame.startsWith("05")).length, 1);
    assert.equal(lock.storedUser(2), null);
  });

  it("fails as full if the lock's memory is full", async () => {
    const lock = await rig.lock({ totalUsers: 1 });
    await rig.must(lock, "add_password", { password: "222444" });
    const outcome = await rig.operation(lock, 1, [1, 2]);
    assert.equal(outcome.detail?.["reason"], "full");
  });

  it("accepts commands while one is running and carries them out one by one", async () => {
    const lock = await rig.lock({ answerDelayMs: [60, 60] });
    const codes = ["300001", "300002", "300003"];
    await Promise.all(codes.map((password) => rig.must(lock, "add_password", { password })));
    await rig.untilLive(lock, ...codes);
    for (const id of [1, 2, 3]) await rig.operation(lock, id, [1, 3]);
  });

  it("refuses a wrong command before any frame is sent, and says why", async () => {
    const lock = await rig.lock();
    const frames = receivedFrames(lock);
    const uuid = idOf(lock);
    const refusals = [
      ["update_password", { uuid, password_id: 77, password: "123456" }],
      ["delete_password", { uuid, password_id: 77 }],
      ["delete_password", { uuid, password_id: 999 }],
      ["frozen_password", { uuid, password_id: 999 }],
      ["add_password", { uuid, password: "12345" }],
      ["add_password", { uuid, password: "12a456" }],
      ["add_password", { uuid, password: 123456 }],
      ["add_password", { uuid, password: "999111" }],
      ["add_password", { uuid, password: "123456", permission_end: 1_000_000 }],
    ] as const;
    for (const [command, params] of refusals) {
      const reply = await rig.call(command, params);
      assert.notEqual(reply.ErrNo, 0, `${command} ${JSON.stringify(params)}`);
      assert.notEqual(reply.ErrMsg, "");
    }
    assert.deepEqual(frames, []);
  });

  it("refuses codes that are too long for the lock before any frame is sent", async () => {
    const lock = rig.house.addLock({
      profile: "LATCH-ZCL-1",
      quirks: { minPinLength: 4, maxPinLength: 4 },
    });
    await rig.pair(lock);
    const frames = receivedFrames(lock);
    const reply = await rig.call("add_password", {
      uuid: idOf(lock),
      is_default: 1,
      password: "123456",
    });
    assert.match(reply.ErrMsg, /4 to 4 digits/);
    assert.deepEqual(
      frames.filter((frame) => frame.startsWith("05")),
      [],
    );
  });

  it("uses the lowest free slot again, and refuses one password too many at once", async () => {
    const lock = await rig.lock({ pinUsers: 5 });
    for (const password of ["400001", "400002", "400003"]) {
      await rig.must(lock, "add_password", { password });
    }
    await rig.untilLive(lock, "400001", "400002", "400003");
    const full = await rig.call("add_password", { uuid: idOf(lock), password: "400004" });
    assert.equal(full.ErrMsg, "uuid: the lock has no free slot");
    assert.deepEqual(rig.live(lock), ["400001", "400002", "400003"]);
    await rig.must(lock, "delete_password", { password_id: 2 });
    await rig.operation(lock, 2, [2, 3]);
    await rig.must(lock, "add_password", { password: "400005" });
    await rig.operation(lock, 4, [1, 3]);
    assert.equal(lock.storedUser(3)?.pinCode.reveal(), "400005");
  });

  it("clears the slot first and forgets the password after the lock has confirmed it", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "500001" });
    await rig.operation(lock, 1, [1, 3]);
    lock.goOutOfRange();
    await rig.must(lock, "delete_password", { password_id: 1 });
    assert.equal(rig.store.get("password", [idOf(lock), 1])?.isDeleted, true);
    lock.comeBack();
    lock.turnKnob("lock");
    await rig.operation(lock, 1, [2, 3]);
    assert.equal(rig.store.get("password", [idOf(lock), 1]), undefined);
    assert.equal(lock.storedUser(2), null);
  });

  it("shows a deletion as failed if the lock does not carry it out, and keeps its name", async () => {
    // The lock refuses to clear or disable the code, and refuses another code in its slot.
    const lock = await rig.lock({ unsupportedCommands: [0x07, 0x09], refusesOccupiedSlot: true });
    await rig.must(lock, "add_password", { password: "500002", name: "K" });
    await rig.operation(lock, 1, [1, 3]);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.operation(lock, 1, [2, 2]);
    const { passwords } = await rig.must(lock, "fetch_passwords");
    assert.ok(Array.isArray(passwords));
    const { name, operation, operation_stage } = passwords.find(({ id }) => id === 1) ?? {};
    assert.deepEqual([name, operation, operation_stage], ["K", 2, 2]);
  });

  it("waits between two commands for a lock that needs it", async () => {
    const lock = rig.house.addLock({
      profile: "YRD226",
      quirks: { pinUsers: 10, isSleepy: false },
    });
    await rig.pair(lock);
    const timesMs: number[] = [];
    lock.frameObservers.add(({ clusterId, payload }) => {
      const isSet = ((payload[0] ?? 0) & 0b11) === 1 && payload[2] === 0x05;
      if (clusterId === 0x0101 && isSet) timesMs.push(performance.now());
    });
    await rig.must(lock, "add_password", { is_default: 1, password: "999111" });
    await rig.must(lock, "add_password", { password: "600001" });
    await rig.untilLive(lock, "600001");
    await rig.untilStored(lock, "999111");
    const [first = 0, second = 0] = timesMs;
    assert.ok(second - first >= 1_900, "two seconds for a Yale");
  });

  it("shows a frozen code as disabled, neither empty nor enabled", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "700001" });
    await rig.operation(lock, 1, [1, 3]);
    await rig.must(lock, "frozen_password", { password_id: 1 });
    await rig.operation(lock, 1, [4, 3]);
    assert.equal((await slotOf(lock, 2))?.at_lock, "disabled");
    assert.equal(lock.keypad("700001"), "refused");
    await rig.must(lock, "unfrozen_password", { password_id: 1 });
    await rig.operation(lock, 1, [5, 3]);
    assert.equal(lock.keypad("700001"), "opened");
  });

  it("shows a code as unconfirmed if the lock accepted it and cannot show it", async () => {
    const lock = await rig.lock({
      programmingEvents: "none",
      unsupportedCommands: [0x06, 0x09, 0x0a],
    });
    await rig.must(lock, "add_password", { password: "800001" });
    await rig.operation(lock, 1, [1, 3]);
    assert.equal((await slotOf(lock, 2))?.confidence, "unconfirmed");
  });

  it("sends nothing for an unchanged password", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "900001" });
    await rig.operation(lock, 1, [1, 3]);
    await rig.until("a slot that was read back", async () =>
      (await slotOf(lock, 2))?.confidence === "confirmed" ? true : null,
    );
    const frames = receivedFrames(lock);
    await rig.restart();
    await rig.must(lock, "update_password", { password_id: 1, name: "renamed" });
    await rig.must(lock, "remote_lock");
    assert.deepEqual(
      frames.filter((frame) => /^0[5789]/.test(frame)),
      [],
    );
  });
});

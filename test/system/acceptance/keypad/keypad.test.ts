import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { receivedFrames } from "../../../support/received-frames.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

describe("codes at the keypad", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  it("are reported when added, changed and deleted, and stay as they are", async () => {
    const lock = await rig.lock();
    lock.programAtKeypad({ userId: 5, code: "1234" });
    const added = await rig.event(lock, "pwdAddLocal");
    assert.equal(added.code, "1234");
    lock.changeAtKeypad({ userId: 5, code: "4321" });
    const changed = await rig.event(lock, "pwdUpdateLocal");
    assert.deepEqual(
      [changed.code, changed.detail?.["password"]],
      ["4321", added.detail?.["password"]],
    );
    assert.equal(lock.keypad("4321"), "opened");
    lock.deleteAtKeypad(5);
    await rig.event(lock, "pwdDelLocal");
    assert.equal(lock.storedUser(5), null);
  });

  it("are reported without digits if the lock hides them", async () => {
    const lock = await rig.lock({ sendPinOverTheAir: "unsupported", isPinSentByDefault: false });
    lock.programAtKeypad({ userId: 5, code: "1234" });
    const added = await rig.event(lock, "pwdAddLocal");
    assert.equal(added.code, null);
    assert.equal(lock.keypad("1234"), "opened");
  });

  it("are done after the lock's event if latchd set them, also without its answer", async () => {
    const lock = await rig.lock({
      setPinAnswer: "eventOnly",
      unsupportedCommands: [0x06, 0x09, 0x0a],
    });
    await rig.must(lock, "add_password", { password: "123321" });
    await rig.operation(lock, 1, [1, 3]);
    const { slots } = await rig.must(lock, "list_slots");
    assert.ok(Array.isArray(slots));
    assert.equal(slots.find((slot) => slot.user_id === 2)?.confidence, "confirmed");
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.operation(lock, 1, [2, 3]);
    assert.equal(lock.storedUser(2), null);
    const events = (await rig.events(lock)).map(({ event }) => event);
    assert.equal(events.includes("pwdAddLocal") || events.includes("pwdDelLocal"), false);
  });

  it("are not offered for a lock that accepts none over the air", async () => {
    const lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 0 } });
    await rig.pair(lock);
    const reply = await rig.call("add_password", {
      uuid: idOf(lock),
      is_default: 1,
      password: "123456",
    });
    assert.equal(reply.ErrMsg, "uuid: this lock takes no codes over the air");
  });

  it("are known after a restart without a scan", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "135791" });
    await rig.operation(lock, 1, [1, 3]);
    await rig.until("all read back", () => {
      const slots = [...rig.store.list("slot", [idOf(lock)])].filter(
        ({ holder }) => holder !== null,
      );
      return slots.every(({ confidence }) => confidence === "confirmed") ? true : null;
    });
    const frames = receivedFrames(lock);
    await rig.restart();
    await rig.must(lock, "remote_lock");
    assert.deepEqual(
      frames.filter((frame) => /^0[5-9a]/.test(frame)),
      [],
    );
  });
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "../../../../daemon/base/json.ts";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import type { ApsFrame } from "../../../../drivers/simulated/radio.ts";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { receivedFrames } from "../../../support/received-frames.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

/** A short pause between slot reads: after a restart the gateway soon reports what it finds. */
const auditSpacingMs = 20;

async function unmanaged(rig: KeeperRig, lock: VirtualLock): Promise<number[]> {
  const { slots } = await rig.must(lock, "list_unmanaged");
  assert.ok(Array.isArray(slots));
  return slots.map((slot: JsonObject) => Number(slot["user_id"]));
}

/** Returns the slots of Get PIN Code commands, in order. */
function readSlots(frames: readonly string[]): number[] {
  return frames
    .filter((frame) => frame.startsWith("06"))
    .map((frame) => Buffer.from(frame, "hex").readUInt16LE(1));
}

/** Set User Status 3 (occupied, disabled) as another gateway would send it. */
function disableUser(userId: number): ApsFrame {
  const payload = Uint8Array.of(0x01, 0x55, 0x09, userId, 0x00, 0x03);
  const ends = { sourceEndpoint: 1, destinationEndpoint: 1 } as const;
  return { profileId: 0x0104, clusterId: 0x0101, ...ends, payload };
}

describe("a code that was in the lock before the gateway", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open([], { auditsPerDay: 2, auditSpacingMs });
  });
  after(() => rig.close());

  it("is read, listed as unmanaged and reported after its user has opened", async () => {
    const lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 30 } });
    lock.programAtKeypad({ userId: 20, code: "102030" });
    lock.programAtKeypad({ userId: 21, code: "112131" });
    await rig.pair(lock);
    assert.deepEqual(await unmanaged(rig, lock), []);
    assert.equal(lock.keypad("102030"), "opened");
    const { detail } = await rig.event(lock, "slotDrift");
    assert.deepEqual(detail, {
      user_id: 20,
      password_id: null,
      expected: "unknown",
      found: "enabled",
    });
    assert.deepEqual(await unmanaged(rig, lock), [20]);
    const opening = await rig.event(lock, "lockerOpenAlarm");
    assert.equal(opening.detail?.["source_name"], "unknown user 20");
  });

  it("does not cause a read of its slot with every opening", async () => {
    const lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 30 } });
    lock.programAtKeypad({ userId: 20, code: "102030" });
    await rig.pair(lock);
    assert.equal(lock.keypad("102030"), "opened");
    await rig.event(lock, "slotDrift");
    const frames = receivedFrames(lock);
    for (let opening = 0; opening < 3; opening += 1) assert.equal(lock.keypad("102030"), "opened");
    await rig.until("all openings", async () => {
      const reported = await rig.events(lock);
      return reported.filter(({ event }) => event === "lockerOpenAlarm").length === 4 ? true : null;
    });
    assert.deepEqual(readSlots(frames), []);
  });
});

describe("the audit of all slots", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open([], { auditsPerDay: "auto", auditSpacingMs });
  });
  after(() => rig.close());

  it("finds a code in any slot of the lock, without an opening", async () => {
    const lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 30 } });
    lock.programAtKeypad({ userId: 10, code: "102030" });
    lock.programAtKeypad({ userId: 29, code: "112131" });
    await rig.pair(lock);
    await rig.until("both codes", async () =>
      (await unmanaged(rig, lock)).join() === "10,29" ? true : null,
    );
    const { slots_unknown: unknown } = await rig.must(lock, "show_lock");
    assert.equal(unknown, 0);
  });

  it("reads a sleeping lock only while it is awake", async () => {
    const lock = rig.house.addLock({
      profile: "LATCH-ZCL-1",
      quirks: { pinUsers: 12, isSleepy: true, longPollMs: 500 },
    });
    lock.programAtKeypad({ userId: 11, code: "102030" });
    await rig.pair(lock);
    await rig.until("the code", async () =>
      (await unmanaged(rig, lock)).join() === "11" ? true : null,
    );
  });

  it("reports a lock that shows nothing", async () => {
    const lock = await rig.lock({ unsupportedCommands: [0x06, 0x0a] });
    const shown = await rig.must(lock, "show_lock");
    assert.equal(shown["can_read_slots"], 0);
  });
});

describe("a keypad edit while the gateway is off", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open([], { auditsPerDay: "auto", auditSpacingMs });
  });
  after(() => rig.close());

  /** A lock whose password 1 has the code 246813 in slot 2, confirmed. */
  async function withPassword(quirks = {}): Promise<VirtualLock> {
    const lock = await rig.lock({ logRecords: 0, ...quirks });
    await rig.must(lock, "add_password", { password: "246813" });
    await rig.operation(lock, 1, [1, 3]);
    await rig.until("slots that were read back", () =>
      [1, 2].every((id) => rig.store.get("slot", [idOf(lock), id])?.confidence === "confirmed")
        ? true
        : null,
    );
    return lock;
  }

  async function whileOff(act: () => void): Promise<void> {
    await rig.stop();
    act();
    await rig.start();
    await rig.online();
  }

  it("leaves a deleted code deleted and is reported", async () => {
    const lock = await withPassword();
    await whileOff(() => assert.equal(lock.deleteAtKeypad(2), "done"));
    const { detail } = await rig.event(lock, "pwdDelLocal");
    assert.deepEqual(detail, { password: { id: 1 } });
    assert.equal(rig.store.get("password", [idOf(lock), 1]), undefined);
    assert.deepEqual(rig.live(lock), []);
    const drift = await rig.event(lock, "slotDrift");
    assert.deepEqual([drift.detail?.["expected"], drift.detail?.["found"]], ["enabled", "empty"]);
  });

  it("has the administrator's code restored", async () => {
    const lock = await withPassword();
    await whileOff(() => assert.equal(lock.deleteAtKeypad(1), "done"));
    const reported = await rig.event(lock, "pwdDelLocal");
    assert.deepEqual(reported.detail, { password: { id: 999 }, reverted: 1 });
    await rig.untilStored(lock, "999111");
    await rig.untilLive(lock, "246813");
  });

  it("has a changed code adopted and reported", async () => {
    const lock = await withPassword();
    await whileOff(() => lock.changeAtKeypad({ userId: 2, code: "864213" }));
    const reported = await rig.event(lock, "pwdUpdateLocal");
    assert.equal(reported.code, "864213");
    await rig.untilLive(lock, "864213");
  });

  it("has a new code adopted in a slot that was empty", async () => {
    const lock = await withPassword();
    await rig.until("all slots", async () =>
      (await rig.must(lock, "show_lock"))["slots_unknown"] === 0 ? true : null,
    );
    await whileOff(() => lock.programAtKeypad({ userId: 4, code: "135791" }));
    const reported = await rig.event(lock, "pwdAddLocal");
    assert.equal(reported.code, "135791");
    await rig.untilLive(lock, "135791", "246813");
  });

  it("has a new code kept in the slot of a cleared one, on a lock that hides its codes", async () => {
    const lock = await withPassword({ getPin: "masked", unsupportedCommands: [0x09, 0x0a] });
    lock.programAtKeypad({ userId: 4, code: "135791" });
    const first = await rig.event(lock, "pwdAddLocal");
    const { id } = (first.detail?.["password"] ?? {}) as JsonObject;
    await rig.must(lock, "frozen_password", { password_id: id });
    // While the clear is in progress, nothing proves which password the code in the slot belongs
    // to.
    await rig.operation(lock, Number(id), [4, 3]);
    await rig.untilLive(lock, "246813");
    await rig.until("the slot to be seen empty", () => {
      const slot = rig.store.get("slot", [idOf(lock), 4]);
      return slot?.content.kind === "empty" && slot.confidence === "confirmed" ? true : null;
    });
    await whileOff(() => lock.programAtKeypad({ userId: 4, code: "975319" }));
    await rig.event(lock, "pwdAddLocal", ({ seq }) => seq > first.seq);
    await rig.must(lock, "delete_password", { password_id: id });
    await rig.operation(lock, Number(id), [2, 3]);
    await rig.untilLive(lock, "246813", "975319");
  });

  it("leaves a code frozen that somebody disabled in another way", async () => {
    const lock = await withPassword();
    await whileOff(() => lock.receive(disableUser(2)));
    await rig.operation(lock, 1, [4, 3]);
    assert.deepEqual(rig.live(lock), []);
    await rig.must(lock, "unfrozen_password", { password_id: 1 });
    await rig.untilLive(lock, "246813");
  });

  it("is found after the lock reports that its radio was without power", async () => {
    const lock = await withPassword();
    lock.goOutOfRange();
    assert.equal(lock.deleteAtKeypad(2), "done");
    lock.comeBack();
    assert.equal(lock.powerCycle(rig.house.stick), null);
    await rig.event(lock, "pwdDelLocal");
  });

  it("is found after an outage of the stick", async () => {
    const lock = await withPassword();
    await rig.house.stick.unplug();
    assert.equal(lock.deleteAtKeypad(2), "done");
    await rig.house.stick.plugIn();
    await rig.event(lock, "pwdDelLocal");
  });
});

describe("a code found under the policies revert and ask", () => {
  for (const keypadEdits of ["revert", "ask"] as const) {
    it(`is treated like a reported one, under ${keypadEdits}`, async () => {
      const rig = await KeeperRig.open([], { auditsPerDay: "auto", auditSpacingMs, keypadEdits });
      try {
        const lock = await rig.lock();
        for (const password of ["246813", "357924"]) {
          await rig.must(lock, "add_password", { password });
        }
        await rig.operation(lock, 2, [1, 3]);
        await rig.until("all slots", async () =>
          (await rig.must(lock, "show_lock"))["slots_unknown"] === 0 ? true : null,
        );
        await rig.stop();
        lock.deleteAtKeypad(2);
        lock.changeAtKeypad({ userId: 3, code: "864213" });
        lock.programAtKeypad({ userId: 6, code: "135791" });
        await rig.start();
        await rig.online();
        const mark = keypadEdits === "revert" ? "reverted" : "ask";
        for (const name of ["pwdDelLocal", "pwdUpdateLocal", "pwdAddLocal"] as const) {
          const { detail } = await rig.event(lock, name);
          assert.equal(detail?.[mark], 1, name);
        }
        if (keypadEdits === "revert") await rig.untilLive(lock, "246813", "357924");
        else await rig.untilLive(lock);
      } finally {
        await rig.close();
      }
    });
  }
});

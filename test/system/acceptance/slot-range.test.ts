import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Profile, profileOf } from "../../../drivers/simulated/lock/profiles.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { ClusterId, DoorLockCommand } from "../../../drivers/simulated/zcl/constants.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { receivedFrames } from "../../support/received-frames.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";

describe("a lock that contradicts its own number of slots", { timeout: 300_000 }, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  const lastUserIdOf = (lock: VirtualLock) =>
    rig.store.get("lock", [idOf(lock)])?.capabilities.lastUserId;

  async function added(lock: VirtualLock, id: number, password: string): Promise<unknown> {
    await rig.must(lock, "add_password", { password });
    const end = await rig.event(
      lock,
      "pwdOperation",
      ({ detail }) => detail?.["password_id"] === id && detail["operation_stage"] !== 1,
    );
    return end.detail?.["reason"] ?? "done";
  }

  it("is full once it has refused two neighbours above all its slots, if it counted too many", async () => {
    const lock = await rig.lock({ reportedPinUsers: 10, pinUsers: 5 });
    assert.equal(lastUserIdOf(lock), 9);
    for (const [id, code] of [
      [1, "310001"],
      [2, "310002"],
      [3, "310003"],
    ] as const) {
      assert.equal(await added(lock, id, code), "done");
    }
    const frames = receivedFrames(lock);
    assert.equal(await added(lock, 4, "310004"), "unsupported");
    assert.equal(await added(lock, 5, "310005"), "full");
    // The gateway read each slot three times and wrote to neither.
    assert.deepEqual(frames, ["060500", "060500", "060500", "060600", "060600", "060600"]);
    assert.equal(lastUserIdOf(lock), 4);
    const { ErrNo } = await rig.call("add_password", { uuid: idOf(lock), password: "310006" });
    assert.equal(ErrNo, 16001);
    await rig.must(lock, "delete_password", { password_id: 4 });
    await rig.operation(lock, 4, [2, 3]);
    await rig.must(lock, "delete_password", { password_id: 2 });
    await rig.operation(lock, 2, [2, 3]);
    assert.equal(await added(lock, 6, "310007"), "done");
    assert.equal(lock.storedUser(3)?.pinCode.reveal(), "310007");
    await rig.untilLive(lock, "310001", "310003", "310007");
  });

  it("has every code listed that is made in an uncounted slot", async () => {
    const lock = await rig.lock({ reportedPinUsers: 5, pinUsers: 20 });
    assert.equal(lastUserIdOf(lock), 4);
    assert.equal(lock.programAtKeypad({ userId: 12, code: "320012" }), "done");
    await rig.event(lock, "pwdAddLocal");
    assert.equal(lock.keypad("320012"), "opened");
    const opening = await rig.event(lock, "lockerOpenAlarm");
    assert.equal(opening.detail?.["sourceid"], 1);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.untilLive(lock);
    assert.equal(lock.storedUser(12), null);
  });
});

describe("a lock that reports neither its number of slots nor their content", {
  timeout: 300_000,
}, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  const { setPinCode, setUserStatus, getUserStatus } = DoorLockCommand;
  const administrator = { is_default: 1, password: "999111" };
  const uncounted: Profile = {
    ...profileOf("LATCH-ZCL-1"),
    record: {
      endpoints: [],
      node: null,
      values: new Map(),
      // NumberOfPINUsersSupported
      missing: new Set([`${ClusterId.doorLock}:${0x0012}`]),
      batteryPercent: null,
      missingClusters: new Set(),
    },
  };

  async function paired(unsupportedCommands: readonly number[]): Promise<VirtualLock> {
    const quirks = { getPin: "silent", unsupportedCommands } as const;
    const lock = rig.house.addLock({ profile: uncounted, quirks });
    await rig.pair(lock);
    return lock;
  }

  it("is assumed to have ten slots, is shown so, and gets its codes", async () => {
    const lock = await paired([setUserStatus, getUserStatus]);
    const shown = await rig.must(lock, "show_lock");
    assert.equal(shown["can_read_slots"], 0);
    const { capabilities } = rig.store.get("lock", [idOf(lock)]) ?? {};
    assert.deepEqual([capabilities?.pinUsers, capabilities?.pinUsersBasis], [10, "assumed"]);
    await rig.must(lock, "add_password", administrator);
    await rig.untilStored(lock, administrator.password);
    await rig.must(lock, "add_password", { password: "330001" });
    await rig.operation(lock, 1, [1, 3]);
    await rig.untilLive(lock, "330001");
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.operation(lock, 1, [2, 3]);
    await rig.untilLive(lock);
  });

  it("gets no codes once it has answered that it does not know Set PIN Code", async () => {
    const lock = await paired([setPinCode, setUserStatus, getUserStatus]);
    await rig.must(lock, "add_password", administrator);
    const failed = await rig.operation(lock, 999, [1, 2]);
    assert.equal(failed.detail?.["reason"], "unsupported");
    const { ErrNo } = await rig.call("add_password", { uuid: idOf(lock), password: "330003" });
    assert.equal(ErrNo, 16008);
  });

  it("gets no codes if it answers that it does not know Get PIN Code either", async () => {
    const lock = await paired([DoorLockCommand.getPinCode, setUserStatus, getUserStatus]);
    const { ErrNo } = await rig.call("add_password", { uuid: idOf(lock), password: "330004" });
    assert.equal(ErrNo, 16008);
  });
});

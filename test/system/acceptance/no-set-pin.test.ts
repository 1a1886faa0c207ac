import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DoorLockCommand } from "../../../drivers/simulated/zcl/constants.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { receivedFrames } from "../../support/received-frames.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";

const unsupported = 16008;

describe("a lock that does not know Set PIN Code", { timeout: 300_000 }, () => {
  it("is tried once, and then refuses codes without the radio until it is paired again", async () => {
    const rig = await KeeperRig.open();
    try {
      const unsupportedCommands = [DoorLockCommand.setPinCode];
      const quirks = { pinUsers: 10, unsupportedCommands };
      const lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks });
      await rig.pair(lock);
      const sets = receivedFrames(lock);
      const setCount = () => sets.filter((frame) => frame.startsWith("05")).length;
      await rig.must(lock, "add_password", { is_default: 1, password: "999111" });
      await rig.must(lock, "add_password", { password: "123456" });
      for (const id of [999, 1]) {
        const failed = await rig.operation(lock, id, [1, 2]);
        assert.equal(failed.detail?.["reason"], "unsupported");
      }
      assert.equal(setCount(), 1);
      const refused = await rig.call("add_password", { uuid: idOf(lock), password: "234567" });
      assert.equal(refused.ErrNo, unsupported);
      assert.match(refused.ErrMsg, /takes no codes over the air/);
      await rig.restart();
      assert.equal(setCount(), 1);
      lock.leave();
      await rig.event(lock, "lockOfflineAlarm");
      await rig.pair(lock);
      await rig.until("the lock to get the command again", () => (setCount() === 2 ? true : null));
    } finally {
      await rig.close();
    }
  });
});

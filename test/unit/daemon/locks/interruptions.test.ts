import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { DoorLockCommand } from "../../../../drivers/simulated/zcl/constants.ts";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

const setPinCode = DoorLockCommand.setPinCode;

describe("an operation that is interrupted", { timeout: 120_000 }, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  /** Runs `act` when the next command of this id has reached the lock, before it can answer. */
  function atCommand(lock: VirtualLock, commandId: number, act: () => void): Promise<void> {
    return new Promise((resolve) => {
      const end = rig.house.stick.onFrame(({ direction, frame, ieee }) => {
        const [control = 0, , command] = frame.payload;
        const isIt = (control & 0x03) === 0x01 && command === commandId;
        if (direction !== "toDevice" || ieee !== lock.ieee || frame.clusterId !== 0x0101) return;
        if (!isIt) return;
        end();
        act();
        resolve();
      });
    });
  }

  /** Commands of this id that have gone to the lock from now on. */
  function countCommands(lock: VirtualLock, commandId: number): () => number {
    let count = 0;
    rig.house.stick.onFrame(({ direction, frame, ieee }) => {
      const isCommand = ((frame.payload[0] ?? 0) & 0x03) === 0x01;
      if (direction !== "toDevice" || ieee !== lock.ieee || frame.clusterId !== 0x0101) return;
      if (isCommand && frame.payload[2] === commandId) count += 1;
    });
    return () => count;
  }

  /** The commands of these ids that have gone to the lock from now on, in order. */
  function namesOf(lock: VirtualLock, ids: readonly number[]): () => readonly number[] {
    const heard: number[] = [];
    rig.house.stick.onFrame(({ direction, frame, ieee }) => {
      const [control = 0, , command = -1] = frame.payload;
      if (direction !== "toDevice" || ieee !== lock.ieee || frame.clusterId !== 0x0101) return;
      if ((control & 0x03) === 0x01 && ids.includes(command)) heard.push(command);
    });
    return () => heard;
  }

  const tellsStickLoss = async (from: number) => {
    await rig.event(null, "stickOfflineAlarm", ({ seq }) => seq > from);
    await rig.event(null, "clearStickOfflineAlarm", ({ seq }) => seq > from);
  };

  it("is read back and found done, and is not sent twice, after the line to the stick was cut", async () => {
    const lock = await rig.lock();
    const from = rig.store.journalRange().head;
    const sets = countCommands(lock, setPinCode);
    const cut = atCommand(lock, setPinCode, () => rig.house.stick.cutLine());
    await rig.must(lock, "add_password", { password: "123456" });
    await cut;
    await rig.operation(lock, 1, [1, 3]);
    assert.deepEqual(rig.live(lock), ["123456"]);
    assert.equal(sets(), 1);
    await tellsStickLoss(from);
  });

  it("continues, revocations first, when an unplugged stick is back", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "111111" });
    await rig.operation(lock, 1, [1, 3]);
    const from = rig.store.journalRange().head;
    await rig.house.stick.unplug();
    await rig.event(null, "stickOfflineAlarm", ({ seq }) => seq > from);
    assert.equal((await rig.call("remote_unlock", { uuid: idOf(lock) })).ErrNo, 16006);
    assert.equal((await rig.call("permit_join", {})).ErrNo, 16006);
    await rig.must(lock, "add_password", { password: "222222" });
    await rig.must(lock, "delete_password", { password_id: 1 });
    const acts: string[] = [];
    lock.onAct(({ act }) => acts.push(act));
    await rig.house.stick.plugIn();
    await rig.untilLive(lock, "222222");
    assert.deepEqual(acts, ["deleted", "programmed"]);
    await tellsStickLoss(from);
  });

  it("is read back after the next start before anything is sent", async () => {
    const lock = await rig.lock();
    // The lock has acted; its answer and everything after are lost with the process.
    const heard = atCommand(lock, setPinCode, () =>
      rig.house.stick.setFaults({ lossFromDevice: 1 }),
    );
    await rig.must(lock, "add_password", { password: "123456" });
    await heard;
    await rig.untilStored(lock, "123456");
    await rig.stop();
    rig.house.stick.setFaults({ lossFromDevice: 0 });
    const sets = countCommands(lock, setPinCode);
    const reads = countCommands(lock, DoorLockCommand.getPinCode);
    await rig.restart();
    await rig.operation(lock, 1, [1, 3]);
    assert.deepEqual([sets(), rig.live(lock)], [0, ["123456"]]);
    assert.ok(reads() >= 1);
  });

  for (const getPin of ["answers", "masked", "withoutCode"] as const) {
    for (const isKept of [true, false]) {
      const what = isKept ? "kept" : "lost";
      it(`is read after the next start before it is sent again to a lock that ${what} the code (Get PIN: ${getPin})`, async () => {
        const lock = await rig.lock({
          getPin,
          ownCode: "duplicate",
          sendPinOverTheAir: "readOnly",
        });
        const heard = atCommand(lock, setPinCode, () =>
          rig.house.stick.setFaults({ lossFromDevice: 1 }),
        );
        await rig.must(lock, "add_password", { password: "135790" });
        await heard;
        await rig.untilStored(lock, "135790");
        await rig.stop();
        const user = lock.users().find(({ pinCode }) => pinCode.reveal() === "135790");
        assert.ok(user !== undefined);
        if (!isKept) assert.equal(lock.deleteAtKeypad(user.userId), "done");
        rig.house.stick.setFaults({ lossFromDevice: 0 });
        const commands = namesOf(lock, [setPinCode, DoorLockCommand.getPinCode]);
        await rig.restart();
        await rig.operation(lock, 1, [1, 3]);
        assert.ok(rig.live(lock).includes("135790"));
        assert.equal(commands()[0], DoorLockCommand.getPinCode);
      });
    }
  }

  it("never leaves an old code enabled if the code changes while the first one is being set", async () => {
    for (const getPin of ["answers", "masked"] as const) {
      const lock = await rig.lock({ getPin, sendPinOverTheAir: "readOnly" });
      const heard = atCommand(lock, setPinCode, () =>
        rig.house.stick.setFaults({ lossFromDevice: 1 }),
      );
      await rig.must(lock, "add_password", { password: "111111" });
      await heard;
      await rig.untilStored(lock, "111111");
      await rig.must(lock, "update_password", { password_id: 1, password: "222222" });
      rig.house.stick.setFaults({ lossFromDevice: 0 });
      await rig.untilLive(lock, "222222");
      await rig.operation(lock, 1, [3, 3]);
      assert.equal(lock.users().length, 2, getPin);
    }
  });

  it("clears a code whose set was never answered if the password is deleted", async () => {
    const lock = await rig.lock({ getPin: "masked", sendPinOverTheAir: "readOnly" });
    const heard = atCommand(lock, setPinCode, () =>
      rig.house.stick.setFaults({ lossFromDevice: 1 }),
    );
    await rig.must(lock, "add_password", { password: "111111" });
    await heard;
    await rig.untilStored(lock, "111111");
    await rig.must(lock, "delete_password", { password_id: 1 });
    rig.house.stick.setFaults({ lossFromDevice: 0 });
    await rig.operation(lock, 1, [2, 3]);
    assert.equal(lock.users().length, 1);
  });

  function operationsEnded(lock: VirtualLock): number {
    const lines = rig.log.lines.filter((line) => line.includes("operation completed"));
    return lines.filter((line) => line.includes(idOf(lock))).length;
  }

  it("still leads to the desired codes on a lossy radio", async () => {
    const lock = await rig.lock();
    rig.house.stick.setFaults({ lossFromDevice: 0.3, lossToDevice: 0.3 });
    for (const password of ["111111", "222222", "333333"]) {
      await rig.must(lock, "add_password", { password });
    }
    await rig.must(lock, "delete_password", { password_id: 2 });
    await rig.must(lock, "update_password", { password_id: 3, password: "444444" });
    let polls = 0;
    // Not a code in the lock: every try may be lost, and the pauses between them grow.
    await rig.until("some work in the noise", () => {
      polls += 1;
      if (polls % 20 === 0) lock.turnKnob("unlock");
      return operationsEnded(lock) >= 4 ? true : null;
    });
    rig.house.stick.setFaults({ lossFromDevice: 0, lossToDevice: 0 });
    lock.turnKnob("lock");
    lock.door("open");
    await rig.untilLive(lock, "111111", "444444");
    await rig.operation(lock, 3, [3, 3]);
    assert.equal(lock.users().length, 3);
  });
});

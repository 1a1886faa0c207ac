import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { receivedFrames } from "../../../support/received-frames.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

const setPinCode = "05";

describe("an administrator's code that is changed at the keypad while its lock is away", {
  timeout: 300_000,
}, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  const slotOf = (lock: VirtualLock): number => {
    const userId = rig.store.get("password", [idOf(lock), 999])?.userId;
    assert.ok(typeof userId === "number");
    return userId;
  };
  const applied = (lock: VirtualLock) =>
    rig.until("the administrator's code to be confirmed", () =>
      rig.store.get("password", [idOf(lock), 999])?.operationStage === "done" ? true : null,
    );

  async function away(lock: VirtualLock): Promise<void> {
    await applied(lock);
    const from = rig.store.journalRange().head;
    lock.leave();
    await rig.event(lock, "lockOfflineAlarm", ({ seq }) => seq > from);
  }

  /**
   * Pairs the lock again.
   * @returns the code in the pwdSync event
   */
  async function back(lock: VirtualLock): Promise<string | null> {
    const from = rig.store.journalRange().head;
    await rig.pair(lock);
    return (await rig.event(lock, "pwdSync", ({ seq }) => seq > from)).code;
  }

  /** Waits until the gateway has no more work for the lock. */
  const atRest = (lock: VirtualLock) =>
    rig.until("the lock to be at rest", async () => {
      for (let looks = 0; looks < 20; looks += 1) {
        if (rig.keeper.statusOf(idOf(lock)).isWorking) return null;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      return true;
    });

  const administratorOn = (lock: VirtualLock) => lock.storedUser(slotOf(lock))?.pinCode.reveal();

  async function shown(lock: VirtualLock): Promise<unknown> {
    return (await rig.must(lock, "get_default_password_plaintext"))["password"];
  }

  it("becomes password 999, is reported by pwdSync, and is never overwritten", async () => {
    const lock = await rig.lock();
    const commands = receivedFrames(lock);
    for (const code of ["654321", "765432"]) {
      await away(lock);
      assert.equal(lock.changeAtKeypad({ userId: slotOf(lock), code }), "done");
      commands.length = 0;
      assert.equal(await back(lock), code);
      await atRest(lock);
      assert.equal(administratorOn(lock), code);
      assert.equal(await shown(lock), code);
      assert.deepEqual(
        commands.filter((frame) => frame.startsWith(setPinCode)),
        [],
      );
    }
    await rig.must(lock, "update_password", { password_id: 999, password: "112233" });
    await rig.until("the cloud's next code", () =>
      administratorOn(lock) === "112233" ? true : null,
    );
  });

  it("is replaced by a newer desired code, which pwdSync reports", async () => {
    const lock = await rig.lock();
    await away(lock);
    lock.changeAtKeypad({ userId: slotOf(lock), code: "654321" });
    await rig.must(lock, "update_password", { password_id: 999, password: "445566" });
    assert.equal(await back(lock), "445566");
    await rig.until("the wanted code", () => (administratorOn(lock) === "445566" ? true : null));
  });

  it("is replaced by the known code on a lock that hides its codes", async () => {
    const lock = await rig.lock({
      getPin: "masked",
      sendPinOverTheAir: "readOnly",
      isPinSentByDefault: false,
    });
    await away(lock);
    lock.changeAtKeypad({ userId: slotOf(lock), code: "654321" });
    assert.equal(await back(lock), "999111");
    await rig.until("the known code", () => (administratorOn(lock) === "999111" ? true : null));
  });

  it("is restored after a reset of the lock", async () => {
    const lock = await rig.lock();
    await applied(lock);
    const from = rig.store.journalRange().head;
    lock.factoryReset();
    await rig.event(lock, "lockOfflineAlarm", ({ seq }) => seq > from);
    assert.equal(await back(lock), "999111");
    await rig.untilStored(lock, "999111");
  });
});

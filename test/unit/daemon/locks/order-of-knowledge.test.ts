import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { DoorLockCommand } from "../../../../drivers/simulated/zcl/constants.ts";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

const { getPinCode, setPinCode, clearPinCode } = DoorLockCommand;
const add = { password: "123456", name: "tenant" };
/** ID Lock 150: a write over the air is told again as an edit at the keypad. */
const echoing = { keypadEchoesMs: [2_000, 4_000], answerDelayMs: [20, 80] } as const;
const lastEchoMs = 4_500;
/** Longer than a read takes, shorter than a deadline. */
const slow = { answerDelayMs: [600, 600] } as const;

/** Runs `act` when the lock has carried out the next such command and has not answered yet. */
function whileAnswering(lock: VirtualLock, commandId: number, act: () => void): Promise<void> {
  return new Promise((resolve) => {
    const watch = ({ clusterId, payload }: { clusterId: number; payload: Uint8Array }): void => {
      const isCommand = ((payload[0] ?? 0) & 0x03) === 0x01;
      if (clusterId !== 0x0101 || !isCommand || payload[2] !== commandId) return;
      lock.frameObservers.delete(watch);
      // The lock works on the frame when its observers have seen it.
      queueMicrotask(() => {
        act();
        resolve();
      });
    };
    lock.frameObservers.add(watch);
  });
}

function countCommands(lock: VirtualLock, commandId: number): () => number {
  let count = 0;
  lock.frameObservers.add(({ clusterId, payload }) => {
    const isCommand = ((payload[0] ?? 0) & 0x03) === 0x01;
    if (clusterId === 0x0101 && isCommand && payload[2] === commandId) count += 1;
  });
  return () => count;
}

describe("the sequence of a lock's events and answers", {
  concurrency: 8,
  timeout: 120_000,
}, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  const slotOf = (lock: VirtualLock, userId: number) => rig.store.get("slot", [idOf(lock), userId]);
  const passed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const eventNames = async (lock: VirtualLock) =>
    (await rig.events(lock)).map(({ event }) => event);
  /** The slot with the code is known to hold it. */
  const confirmed = (lock: VirtualLock, code: string) =>
    rig.until(`${code} to be confirmed`, () => {
      const user = lock.users().find(({ pinCode }) => pinCode.reveal() === code);
      const slot = user === undefined ? undefined : slotOf(lock, user.userId);
      const isKnown = slot?.content.kind === "occupied" && slot.confidence === "confirmed";
      return isKnown && slot.unprovenEdit == null ? true : null;
    });

  for (const [name, command, params] of [
    ["a read of the plan", getPinCode, null],
    ["a read by hand", getPinCode, { from: 1, count: 1 }],
    ["a set", setPinCode, null],
  ] as const) {
    it(`puts the administrator's code back when all codes are deleted during ${name}`, async () => {
      const lock = await rig.lock(slow);
      await confirmed(lock, "999111");
      const deleted = whileAnswering(lock, command, () => lock.deleteAtKeypad());
      const began = performance.now();
      const working =
        params === null ? rig.must(lock, "add_password", add) : rig.must(lock, "scan_lock", params);
      await Promise.all([deleted, working]);
      await rig.untilStored(lock, "999111");
      await confirmed(lock, "999111");
      assert.ok(performance.now() - began < 30_000);
      if (params !== null) return;
      await rig.event(lock, "pwdDelLocal", ({ detail }) => {
        const password = detail?.["password"];
        return JSON.stringify(password) === '{"id":999}' && detail?.["reverted"] === 1;
      });
    });
  }

  it("keeps the next tenant's code when the lock reports the deletion before it as one at the keypad", async () => {
    const lock = await rig.lock(echoing);
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    const { userId } = lock.users().find(({ pinCode }) => pinCode.reveal() === "123456") ?? {};
    await passed(lastEchoMs);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.operation(lock, 1, [2, 3]);
    await rig.must(lock, "add_password", { password: "222222", name: "next" });
    await rig.operation(lock, 2, [1, 3]);
    assert.equal(lock.users().find(({ pinCode }) => pinCode.reveal() === "222222")?.userId, userId);
    await passed(lastEchoMs);
    await confirmed(lock, "222222");
    assert.deepEqual(rig.live(lock), ["222222"]);
    assert.ok(rig.store.get("password", [idOf(lock), 2]) !== undefined);
    assert.ok(!(await eventNames(lock)).includes("pwdDelLocal"));
  });

  it("keeps an unfrozen code on a lock that can only clear, when it reports the freeze as a deletion", async () => {
    const unsupportedCommands = [DoorLockCommand.setUserStatus, DoorLockCommand.getUserStatus];
    const lock = await rig.lock({ ...echoing, unsupportedCommands });
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    await rig.must(lock, "frozen_password", { password_id: 1 });
    await rig.operation(lock, 1, [4, 3]);
    await rig.must(lock, "unfrozen_password", { password_id: 1 });
    await rig.operation(lock, 1, [5, 3]);
    await passed(lastEchoMs);
    await confirmed(lock, "123456");
    assert.deepEqual(rig.live(lock), ["123456"]);
    assert.ok(!(await eventNames(lock)).includes("pwdDelLocal"));
  });

  it("records a deletion at the keypad when the read finds the new code gone", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    const user = lock.users().find(({ pinCode }) => pinCode.reveal() === "123456");
    assert.equal(lock.deleteAtKeypad(user?.userId ?? 0), "done");
    const reported = await rig.event(lock, "pwdDelLocal");
    assert.deepEqual(reported.detail, { password: { id: 1 } });
    assert.equal(rig.store.get("password", [idOf(lock), 1]), undefined);
    assert.deepEqual(rig.live(lock), []);
  });

  it("records a person's code when the read shows it right after a set", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    const user = lock.users().find(({ pinCode }) => pinCode.reveal() === "123456");
    assert.equal(lock.changeAtKeypad({ userId: user?.userId ?? 0, code: "777777" }), "done");
    const reported = await rig.event(lock, "pwdUpdateLocal");
    assert.equal(reported.code, "777777");
    await confirmed(lock, "777777");
  });

  it("keeps a code on a lock that hides its codes and reports every set as an edit", async () => {
    const hidden = {
      getPin: "masked",
      sendPinOverTheAir: "readOnly",
      isPinSentByDefault: false,
    } as const;
    const lock = await rig.lock({ ...echoing, ...hidden });
    const sets = countCommands(lock, setPinCode);
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    await passed(3 * lastEchoMs);
    assert.deepEqual(rig.live(lock), ["123456"]);
    const names = await eventNames(lock);
    assert.ok(!names.includes("pwdUpdateLocal") && !names.includes("pwdAddLocal"));
    assert.ok(sets() <= 4, `${sets()} sets`);
  });

  it("keeps a code on a lock that shows nothing and reports every write as an edit", async () => {
    const lock = await rig.lock({ ...echoing, clearPin: "answers" }, "easyCodeTouch_v1");
    const writes = [countCommands(lock, setPinCode), countCommands(lock, clearPinCode)];
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.must(lock, "add_password", { password: "222222", name: "next" });
    await rig.operation(lock, 2, [1, 3]);
    await passed(3 * lastEchoMs);
    assert.deepEqual(rig.live(lock), ["222222"]);
    assert.ok(writes.reduce((sum, count) => sum + count(), 0) <= 10);
    assert.ok(!(await eventNames(lock)).includes("pwdDelLocal"));
  });
});

describe("the sequence of a lock's events and answers, over a restart", {
  timeout: 120_000,
}, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  it("keeps the next tenant's code when the lock reports the deletion again after the start", async () => {
    const lock = await rig.lock(echoing);
    await rig.must(lock, "add_password", add);
    await rig.operation(lock, 1, [1, 3]);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.operation(lock, 1, [2, 3]);
    await rig.must(lock, "add_password", { password: "222222", name: "next" });
    await rig.untilLive(lock, "222222");
    const slots = () => [...rig.store.list("slot", [idOf(lock)])];
    const seqBefore = rig.store.get("lock", [idOf(lock)])?.slotEventSeq ?? 0;
    await rig.restart();
    const wasTold = () =>
      (rig.store.get("lock", [idOf(lock)])?.slotEventSeq ?? 0) > seqBefore ? true : null;
    await rig.until("an echo after the start", wasTold);
    await rig.operation(lock, 2, [1, 3]);
    await rig.until("every edit to be looked at", () =>
      slots().every(({ unprovenEdit }) => unprovenEdit == null) ? true : null,
    );
    assert.deepEqual(rig.live(lock), ["222222"]);
    assert.ok(rig.store.get("password", [idOf(lock), 2]) !== undefined);
  });

  for (const [name, quirks] of [
    ["refuses a set of its own code as a duplicate", { ownCode: "duplicate" }],
    ["refuses a set of its own code for want of room", { ownCode: "full" }],
  ] as const) {
    it(`reports its own code as done on a lock that hides its codes and ${name}`, async () => {
      const hidden = {
        getPin: "masked",
        sendPinOverTheAir: "readOnly",
        isPinSentByDefault: false,
      } as const;
      const lock = await rig.lock({ ...hidden, ...quirks });
      const heard = whileAnswering(lock, setPinCode, () =>
        rig.house.stick.setFaults({ lossFromDevice: 1 }),
      );
      await rig.must(lock, "add_password", add);
      await heard;
      await rig.untilStored(lock, "123456");
      await rig.stop();
      rig.house.stick.setFaults({ lossFromDevice: 0 });
      await rig.restart();
      await rig.operation(lock, 1, [1, 3]);
      assert.deepEqual(rig.live(lock), ["123456"]);
      const failed = (await rig.events(lock)).filter(
        ({ event, detail }) => event === "pwdOperation" && detail?.["operation_stage"] === 2,
      );
      assert.deepEqual(failed, []);
    });
  }
});

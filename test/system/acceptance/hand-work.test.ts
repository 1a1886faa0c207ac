import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { maxManualAtOnce } from "../../../daemon/locks/work-limit.ts";
import { remove } from "../../../daemon/store/store.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { receivedFrames } from "../../support/received-frames.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";

describe("manual work at a lock", { timeout: 300_000 }, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  it("does not delay a revocation, for any amount of requested work", async () => {
    const lock = await rig.lock({ answerDelayMs: [300, 300] });
    await rig.must(lock, "add_password", { password: "123456" });
    await rig.untilLive(lock, "123456");
    const readsOf = () =>
      Array.from({ length: 60 }, () =>
        rig.keeper.manual.operateSlot(idOf(lock), { name: "getPinCode", userId: 5 }),
      );
    const reads = readsOf();
    await rig.must(lock, "delete_password", { password_id: 1 });
    const beganMs = performance.now();
    await rig.untilLive(lock);
    assert.ok(performance.now() - beganMs < 3_000, `${performance.now() - beganMs} ms`);
    const outcomes = await Promise.all(reads);
    assert.ok(outcomes.filter(({ kind }) => kind === "done").length <= 10);
  });

  it("reads a limited number of locks at a time, so that others do not wait", async () => {
    const locks: VirtualLock[] = [];
    for (let count = 0; count < 7; count += 1) {
      const lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 10 } });
      await rig.pair(lock);
      locks.push(lock);
    }
    await rig.until("the end of what the pairings began", () =>
      locks.some((lock) => rig.keeper.statusOf(idOf(lock)).isWorking) ? null : true,
    );
    const read = locks.map((lock) => receivedFrames(lock));
    rig.house.stick.setFaults({ lossFromDevice: 1 });
    const reads = locks.map((lock) =>
      rig.keeper.manual.operateSlot(idOf(lock), { name: "getPinCode", userId: 5 }),
    );
    await new Promise((resolve) => setTimeout(resolve, KeeperRig.deadlineMs / 2));
    const asked = read.filter((frames) => frames.includes("060500")).length;
    rig.house.stick.setFaults({ lossFromDevice: 0 });
    assert.equal(asked, maxManualAtOnce);
    const outcomes = await Promise.all(reads);
    assert.equal(outcomes.filter(({ kind }) => kind === "done").length, 7 - maxManualAtOnce);
  });

  it("sends nothing more for a caller that has gone", async () => {
    const lock = await rig.lock({ answerDelayMs: [300, 300] });
    const caller = new AbortController();
    const reads = Array.from({ length: 5 }, () =>
      rig.keeper.manual.operateSlot(
        idOf(lock),
        { name: "getPinCode", userId: 7 },
        { requester: { by: "t" }, signal: caller.signal },
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    const frames = receivedFrames(lock);
    caller.abort();
    const outcomes = await Promise.all(reads);
    assert.ok(outcomes.every(({ kind }) => kind === "unreachable"));
    assert.ok(frames.length <= 1, `${frames.length} frames after the caller went away`);
  });
});

describe("a remote unlock that waits for a busy lock", { timeout: 300_000 }, () => {
  const busyMs = 15_000;
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open([], { deadlineMs: busyMs });
  });
  after(() => rig.close());

  async function timed<T>(work: Promise<T>): Promise<{ readonly end: T; readonly tookMs: number }> {
    const beganMs = performance.now();
    const end = await work;
    return { end, tookMs: performance.now() - beganMs };
  }

  async function errNoOf(commandId: string): Promise<number | null> {
    const { tail, head } = rig.store.journalRange();
    const records = await rig.store.readJournal(tail, head - tail + 1);
    const reply = records
      .map(({ entry }) => entry)
      .find((entry) => entry.kind === "reply" && entry.commandId === commandId);
    return reply?.kind === "reply" ? reply.errNo : null;
  }

  it("is refused after 10 s, when it expires or when its caller goes, and never carried out later", async () => {
    const lock = await rig.lock();
    lock.turnKnob("lock");
    await rig.until("the end of what its pairing began", () =>
      rig.keeper.statusOf(idOf(lock)).isWorking ? null : true,
    );
    const frames = receivedFrames(lock);
    rig.house.stick.setFaults({ lossFromDevice: 1 });
    const reading = rig.keeper.manual.operateSlot(idOf(lock), { name: "getPinCode", userId: 5 });
    await rig.until("the read at the lock", () => (frames.length > 0 ? true : null));
    // The lock answers again. The answer to the read is lost, and the read blocks other work on the
    // lock.
    await new Promise((resolve) => setTimeout(resolve, 500));
    rig.house.stick.setFaults({ lossFromDevice: 0 });

    const uuid = idOf(lock);
    const iat = Math.floor(Date.now() / 1000);
    const caller = { transport: "rest", name: "t", scope: "manager", origin: "local" } as const;
    const command = { command: "remote_unlock", params: { uuid }, caller };
    const gone = new AbortController();
    setTimeout(() => gone.abort(), 1_000);
    const [waited, left, expired] = await Promise.all([
      timed(rig.executor.execute(command)),
      timed(rig.executor.execute({ ...command, signal: gone.signal })),
      timed(rig.cloud("remote_unlock", { uuid }, { iat, exp: iat + 4 })),
    ]);
    assert.equal(waited.end.ErrNo, 16004);
    assert.ok(waited.tookMs > 9_000 && waited.tookMs < 11_500, `${waited.tookMs} ms`);
    assert.equal(left.end.ErrNo, 16004);
    assert.ok(left.tookMs < 2_500, `${left.tookMs} ms`);
    assert.equal(await errNoOf(expired.end), 16004);
    assert.ok(expired.tookMs < 5_500, `${expired.tookMs} ms`);
    assert.equal((await reading).kind, "unreachable");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    assert.equal(lock.lockState, "locked");
    assert.equal((await rig.call("remote_unlock", { uuid })).ErrNo, 0);
  });
});

describe("a lock on the network whose records were lost", { timeout: 300_000 }, () => {
  it("is reported and listed, and added on request with its codes as unmanaged", async () => {
    const rig = await KeeperRig.open();
    try {
      const lock = await rig.lock();
      await rig.must(lock, "add_password", { password: "123456" });
      await rig.untilLive(lock, "123456");
      // The state after damage to the store.
      const id = idOf(lock);
      const changes = [
        remove("lock", [id]),
        ...[...rig.store.list("password", [id])].map((one) => remove("password", [id, one.id])),
        ...[...rig.store.list("slot", [id])].map((one) => remove("slot", [id, one.userId])),
      ];
      await rig.store.commit({ changes, journal: [] }, { atMs: Date.now(), clock: "synced" });
      await rig.restart();
      const found = await rig.event(null, "lockFound");
      assert.equal(found.detail?.["uuid"], idOf(lock));
      assert.deepEqual(codes(lock), ["123456", "999111"]);
      const from = rig.store.journalRange().head;
      assert.equal((await rig.call("adopt_lock", { uuid: idOf(lock) })).ErrNo, 0);
      await rig.event(lock, "lockPaired", ({ seq }) => seq > from);
      const { slots } = await rig.must(lock, "list_unmanaged");
      assert.ok(Array.isArray(slots));
      assert.equal(slots.length, 2);
      assert.deepEqual(codes(lock), ["123456", "999111"]);
      assert.equal((await rig.call("adopt_lock", { uuid: idOf(lock) })).ErrNo, 15010);
      assert.equal((await rig.call("adopt_lock", { uuid: "0x00124b00000000aa" })).ErrNo, 15006);
    } finally {
      await rig.close();
    }
  });

  function codes(lock: Parameters<typeof idOf>[0]): string[] {
    return lock
      .users()
      .map(({ pinCode }) => pinCode.reveal())
      .sort();
  }
});

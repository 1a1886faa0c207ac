import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { remove } from "../../daemon/store/store.ts";
import { KeeperRig } from "../support/keeper-rig.ts";
import { receivedFrames } from "../support/received-frames.ts";
import { idOf } from "../support/zigbee-rig.ts";

describe("a person's work at a lock", { timeout: 120_000 }, () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  it("does not keep a revocation waiting, however much of it is asked for", async () => {
    const lock = await rig.lock({ answerDelayMs: [300, 300] });
    await rig.must(lock, "add_password", { password: "123456" });
    await rig.lives(lock, "123456");
    const readsOf = () =>
      Array.from({ length: 60 }, () =>
        rig.keeper.performByHand(idOf(lock), { name: "getPinCode", userId: 5 }),
      );
    const reads = readsOf();
    await rig.must(lock, "delete_password", { password_id: 1 });
    const beganMs = performance.now();
    await rig.lives(lock);
    assert.ok(performance.now() - beganMs < 3_000, `${performance.now() - beganMs} ms`);
    const outcomes = await Promise.all(reads);
    assert.ok(outcomes.filter(({ kind }) => kind === "done").length <= 10);
  });

  it("sends nothing more for a caller that went away", async () => {
    const lock = await rig.lock({ answerDelayMs: [300, 300] });
    const caller = new AbortController();
    const reads = Array.from({ length: 5 }, () =>
      rig.keeper.performByHand(
        idOf(lock),
        { name: "getPinCode", userId: 7 },
        { by: "t" },
        caller.signal,
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

describe("a lock on the network whose records were lost", { timeout: 120_000 }, () => {
  it("is told, listed and taken in at a person's word, with its codes as unmanaged", async () => {
    const rig = await KeeperRig.open();
    try {
      const lock = await rig.lock();
      await rig.must(lock, "add_password", { password: "123456" });
      await rig.lives(lock, "123456");
      // As after a damage of the store.
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

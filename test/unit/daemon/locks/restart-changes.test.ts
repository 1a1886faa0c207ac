import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { unknownClock } from "../../../../daemon/core/model/lock/lock-clock.ts";
import { restartChanges } from "../../../../daemon/locks/restart-changes.ts";
import { put, type Transaction } from "../../../../daemon/store/store.ts";
import { aLock, aLockId, aSlot } from "../../../support/records.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";

const nowMs = 1_790_000_000_000;
const healthy = {
  ...unknownClock,
  state: "healthy",
  driftSeconds: 2,
  measuredAtMs: nowMs,
} as const;

describe("the changes of a start", () => {
  let temporary: TemporaryStore;
  beforeEach(async () => {
    temporary = await aTemporaryStore();
  });
  afterEach(() => temporary.remove());

  const write = (...changes: Transaction["changes"]) =>
    temporary.store.commit({ changes, journal: [] }, { atMs: nowMs, clock: "synced" });
  const restart = async (timeZone?: string) =>
    write(...restartChanges(temporary.store, nowMs, timeZone));
  const slot = () => temporary.store.get("slot", [aLockId, 1]);
  const clock = () => temporary.store.get("lock", [aLockId])?.lockClock.state;

  it("make a slot unknown that was being written", async () => {
    await write(put("slot", [aLockId, 1], aSlot({ content: { kind: "empty" }, mayDiffer: true })));
    await restart();
    assert.equal(slot()?.content.kind, "unknown");
    assert.equal(slot()?.mayDiffer, false);
  });

  it("try a refused revocation at once, because nobody knows how long the power was off", async () => {
    const retryAtMs = nowMs + 1_800_000;
    await write(put("slot", [aLockId, 1], aSlot({ refusals: 3, retryAtMs })));
    await restart();
    assert.equal(slot()?.retryAtMs, nowMs);
    assert.equal(slot()?.refusals, 3);
  });

  it("leave other slots as they are", async () => {
    await write(put("slot", [aLockId, 1], aSlot({ content: { kind: "empty" } })));
    assert.deepEqual([...restartChanges(temporary.store, nowMs, undefined)], []);
  });

  it("make the locks' clocks unknown when another zone is configured", async () => {
    await write(put("lock", [aLockId], aLock({ lockClock: healthy })));
    await restart("Europe/Berlin");
    assert.equal(clock(), "healthy", "the first zone it knows of is the one it has lived in");
    await restart("Europe/Berlin");
    assert.equal(clock(), "healthy");
    await restart("America/New_York");
    assert.equal(clock(), "unknown");
  });
});

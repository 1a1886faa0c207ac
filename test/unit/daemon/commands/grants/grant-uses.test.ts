import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import fc from "fast-check";
import { reduce } from "../../../../../daemon/core/event/reduce.ts";
import type { LockId } from "../../../../../daemon/core/model/door-lock.ts";
import { transactionOf } from "../../../../../daemon/locks/effects.ts";
import { viewOf } from "../../../../../daemon/locks/lock-ports.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { GrantDesk, lockNumber } from "./grant-desk.ts";

let desk: GrantDesk;

afterEach(() => desk.desk.close());

/** The locks have taken the grant's codes. */
async function inLocks(id: string): Promise<void> {
  for (const { lock, userId, revision } of desk.passwords(id)) {
    if (userId === null) continue;
    const slot = desk.desk.store.get("slot", [lock, userId]);
    assert.ok(slot !== undefined);
    await desk.desk.write(put("slot", [lock, userId], { ...slot, appliedRevision: revision }));
  }
  await desk.confirmAll(id);
}

/** Somebody types the grant's code at the lock, and it opens. */
async function opens(id: string, lock: LockId): Promise<void> {
  const password = desk.passwords(id).find((one) => one.lock === lock);
  const view = viewOf(desk.desk.store, lock);
  assert.ok(password !== undefined && view !== null);
  const event = {
    kind: "operationEvent",
    source: "keypad",
    code: "unlock",
    userId: password.userId,
    localSeconds: null,
  } as const;
  const effects = reduce({
    view,
    event,
    time: { ...desk.desk.time },
    code: null,
    sealedFor: "",
    keypadEdits: "keep",
  });
  const transaction = transactionOf(lock, effects);
  assert.ok(transaction !== null);
  await desk.desk.store.commit(transaction, { atMs: desk.desk.time.nowMs, clock: "synced" });
}

function usedUp(id: string): readonly boolean[] {
  return desk.passwords(id).map(({ consumedAtMs }) => consumedAtMs !== null);
}

describe("a grant with a limit of openings", () => {
  it("ends at all of its doors with its last opening, in the batch of that opening", async () => {
    desk = await GrantDesk.open(3);
    const id = await desk.grant({ uses: 2 });
    await inLocks(id);
    await opens(id, lockNumber(1));
    assert.deepEqual(usedUp(id), [false, false, false]);
    const batches = desk.desk.batchesWritten();
    await opens(id, lockNumber(2));
    assert.equal(desk.desk.batchesWritten() - batches, 1);
    await desk.desk.restart();
    assert.deepEqual(usedUp(id), [true, true, true]);
    for (const { lock, userId } of desk.passwords(id)) {
      assert.equal(desk.desk.store.get("slot", [lock, userId ?? -1])?.mayDiffer, true);
    }
    const { uses } = await desk.must("grant_show", { grant_id: id });
    assert.deepEqual(uses, { limit: 2, by: "grant", count: 2 });
    const refusal: [number, string] = [14001, "grant_id"];
    await desk.must("grant_remove", { grant_id: id, locks: [lockNumber(3)] });
    await desk.confirm(id, lockNumber(3));
    await desk.refuses("grant_add", { grant_id: id, locks: [lockNumber(3)] }, refusal);
  });

  it("ends at one door only, where it counts by door", async () => {
    desk = await GrantDesk.open(2);
    const id = await desk.grant({ uses: 2, uses_by: "door" });
    await inLocks(id);
    await opens(id, lockNumber(1));
    await opens(id, lockNumber(1));
    assert.deepEqual(usedUp(id), [true, false]);
    await opens(id, lockNumber(2));
    assert.deepEqual(usedUp(id), [true, false]);
  });

  it("counts the openings at a door that was taken out", async () => {
    desk = await GrantDesk.open(2);
    const id = await desk.grant({ uses: 2 });
    await inLocks(id);
    await opens(id, lockNumber(1));
    await desk.must("grant_remove", { grant_id: id, locks: [lockNumber(1)] });
    await desk.confirm(id, lockNumber(1));
    assert.equal(desk.record(id).uses?.spent, 1);
    await opens(id, lockNumber(2));
    assert.deepEqual(usedUp(id), [true]);
  });

  it("has ended everywhere when, and only when, the number of its openings is reached", async () => {
    desk = await GrantDesk.open(4, { lastUserId: 200 });
    const openings = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), openings, async (uses, doors) => {
        const id = await desk.grant({ uses });
        await inLocks(id);
        for (const [at, door] of doors.entries()) {
          assert.deepEqual(new Set(usedUp(id)), new Set([at >= uses]));
          await opens(id, lockNumber(door));
        }
        assert.deepEqual(new Set(usedUp(id)), new Set([doors.length >= uses]));
        await desk.must("grant_revoke", { grant_id: id });
        await desk.confirmAll(id);
      }),
      { numRuns: 40 },
    );
  });
});

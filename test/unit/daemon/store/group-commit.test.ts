import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  GroupCommit,
  type WaitingWrite,
  writeLimits,
} from "../../../../daemon/store/group-commit.ts";

const small: WaitingWrite = { count: 1, bytes: 100 };
const failure = { name: "StoreFailure", kind: "write" };

/** A group commit whose batches are taken down, and refused from the `failAt`th on. */
function aGroupCommit(failAt = Number.POSITIVE_INFINITY) {
  const groups: (readonly WaitingWrite[])[] = [];
  const writes = new GroupCommit<WaitingWrite>(async (group) => {
    groups.push(group);
    if (groups.length >= failAt) {
      throw new Error("ENOSPC");
    }
  });
  return { groups, writes };
}

describe("group commit", () => {
  it("merges what waits up to 1,000 operations and 1 MiB, in order", async () => {
    const { groups, writes } = aGroupCommit();
    const many = Array.from({ length: 7 }, () => ({ count: 300, bytes: 10 }));
    const wide = Array.from({ length: 3 }, () => ({ count: 1, bytes: 600 * 1024 }));
    const all = [...many, ...wide];
    await Promise.all(all.map((write) => writes.submit(write)));
    assert.deepEqual(groups.flat(), all);
    assert.deepEqual(
      groups.map((group) => group.length),
      [3, 3, 2, 1, 1],
    );
  });

  it("writes a larger transaction alone", async () => {
    const { groups, writes } = aGroupCommit();
    const large = { count: 5_000, bytes: 4 * 1024 * 1024 };
    await Promise.all([small, large, small].map((write) => writes.submit(write)));
    assert.deepEqual(groups, [[small], [large], [small]]);
  });

  it("has one batch in flight at a time", async () => {
    let inFlight = 0;
    const writes = new GroupCommit<WaitingWrite>(async () => {
      inFlight += 1;
      assert.equal(inFlight, 1);
      await new Promise(setImmediate);
      inFlight -= 1;
    });
    const first = writes.submit(small);
    await Promise.resolve();
    await Promise.all([first, writes.submit(small), first.then(() => writes.submit(small))]);
  });

  it("rejects the failed batch and all waiting writes, aborts and writes nothing more", async () => {
    const { groups, writes } = aGroupCommit(2);
    await writes.submit(small);
    const large = { count: 1, bytes: writeLimits.batchBytes };
    const outcomes = await Promise.allSettled([large, large, large].map((w) => writes.submit(w)));
    for (const outcome of outcomes) {
      assert.ok(outcome.status === "rejected");
      assert.equal(outcome.reason.kind, "write");
    }
    assert.equal(writes.failed.aborted, true);
    assert.throws(() => writes.assertRoom(1), failure);
    await assert.rejects(writes.whenDurable(), failure);
    assert.equal(groups.length, 2);
  });

  it("is durable when everything submitted so far is written, whatever comes after", async () => {
    const { groups, writes } = aGroupCommit();
    const first = writes.submit(small);
    await writes.whenDurable();
    assert.equal(groups.length, 1);
    await first;
  });

  it("refuses a write as busy if more than 64 MiB would wait", async () => {
    const { writes } = aGroupCommit();
    const large = { count: 1, bytes: writeLimits.transactionBytes };
    const waiting = Array.from({ length: 8 }, () => writes.submit(large));
    assert.throws(() => writes.assertRoom(1), { name: "GatewayError", code: "busy" });
    await Promise.all(waiting);
    writes.assertRoom(1);
  });
});

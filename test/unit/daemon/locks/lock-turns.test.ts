import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  LockTurns,
  maxWaitingManual,
  TurnRefused,
  turnRank,
} from "../../../../daemon/locks/lock-turns.ts";

describe("turns at a lock", () => {
  /** @returns what has had its turn, in order */
  async function played(asked: readonly (readonly [string, number])[]): Promise<string[]> {
    const turns = new LockTurns();
    await turns.take(() => turnRank.manual);
    const order: string[] = [];
    const waits = asked.map(async ([name, rank]) => {
      await turns.take(() => rank);
      order.push(name);
      turns.release();
    });
    turns.release();
    await Promise.all(waits);
    return order;
  }

  it("let a revocation go before everything that has waited longer", async () => {
    const { manual, plan, remote, revocation } = turnRank;
    const order = await played([
      ["scan 1", manual],
      ["scan 2", manual],
      ["grant", plan],
      ["unlock", remote],
      ["revocation", revocation],
    ]);
    assert.deepEqual(order, ["revocation", "unlock", "grant", "scan 1", "scan 2"]);
  });

  it("read again what a waiting turn is for when the radio is free", async () => {
    const turns = new LockTurns();
    await turns.take(() => turnRank.manual);
    const order: string[] = [];
    let planRank: number = turnRank.plan;
    const unlock = turns.take(() => turnRank.remote).then(() => order.push("unlock"));
    const plan = turns.take(() => planRank).then(() => order.push("plan"));
    planRank = turnRank.revocation;
    turns.release();
    await plan;
    turns.release();
    await unlock;
    assert.deepEqual(order, ["plan", "unlock"]);
  });

  it("end the wait of a caller that went away, and give its turn to nobody", async () => {
    const turns = new LockTurns();
    await turns.take(() => turnRank.manual);
    const caller = new AbortController();
    const gone = turns.take(() => turnRank.manual, { signal: caller.signal });
    caller.abort();
    await assert.rejects(gone, TurnRefused);
    turns.release();
    await turns.take(() => turnRank.manual);
  });

  it("limit how many manual operations wait, and never refuse the plan", async () => {
    const turns = new LockTurns();
    await turns.take(() => turnRank.manual);
    const isManual = true;
    for (let n = 0; n < maxWaitingManual; n += 1)
      void turns.take(() => turnRank.manual, { isManual });
    await assert.rejects(
      turns.take(() => turnRank.manual, { isManual }),
      TurnRefused,
    );
    const plan = turns.take(() => turnRank.plan);
    turns.release();
    await plan;
  });
});

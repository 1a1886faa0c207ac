import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DeferredWork } from "../../../../../drivers/zigbee/frames/deferred-work.ts";

/** A disk that is done when it is told so. */
function disk() {
  let finish: () => void = () => {};
  let fail: (cause: Error) => void = () => {};
  const settled = () =>
    new Promise<void>((resolve, reject) => {
      finish = resolve;
      fail = reject;
    });
  return { settled, finish: () => finish(), fail: () => fail(new Error("the disk is full")) };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A promise's end is told in a turn of its own, and ours comes one later. */
async function turns(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

describe("work that is deferred behind an event", () => {
  it("holds what follows until what goes first is done with, and keeps its order", async () => {
    const { settled, finish } = disk();
    const precedence = new DeferredWork(settled);
    const ran: string[] = [];
    precedence.runFirst(() => ran.push("event"));
    precedence.runAfter(() => ran.push("acknowledgement"));
    precedence.runAfter(() => ran.push("report"));
    assert.deepEqual(ran, ["event"]);
    finish();
    await turns();
    assert.deepEqual(ran, ["event", "acknowledgement", "report"]);
  });

  it("runs deferred work before the next event", () => {
    const precedence = new DeferredWork(disk().settled);
    const ran: string[] = [];
    precedence.runFirst(() => ran.push("unlocked"));
    precedence.runAfter(() => ran.push("report"));
    precedence.runFirst(() => ran.push("locked"));
    assert.deepEqual(ran, ["unlocked", "report", "locked"]);
    precedence.flush();
  });

  it("keeps work deferred when only an earlier event has been stored", async () => {
    const ends: (() => void)[] = [];
    const settled = () => new Promise<void>((resolve) => ends.push(resolve));
    const precedence = new DeferredWork(settled);
    const ran: string[] = [];
    precedence.runFirst(() => {});
    precedence.runFirst(() => {});
    precedence.runAfter(() => ran.push("report"));
    ends[0]?.();
    await nextTurn();
    assert.deepEqual(ran, []);
    ends[1]?.();
    await turns();
    assert.deepEqual(ran, ["report"]);
  });

  it("runs deferred work when the disk fails or does not answer", async () => {
    const failing = disk();
    const ran: string[] = [];
    const precedence = new DeferredWork(failing.settled);
    precedence.runFirst(() => {});
    precedence.runAfter(() => ran.push("failed"));
    failing.fail();
    await turns();
    assert.deepEqual(ran, ["failed"]);
    const silent = new DeferredWork(disk().settled);
    silent.runFirst(() => {});
    await new Promise<void>((resolve) => silent.runAfter(resolve));
  });

  it("holds a bounded number, and nothing when nothing goes first", () => {
    const precedence = new DeferredWork(disk().settled);
    let count = 0;
    precedence.runAfter(() => {
      count += 1;
    });
    assert.equal(count, 1);
    precedence.runFirst(() => {});
    for (let index = 0; index < 65; index += 1) {
      precedence.runAfter(() => {
        count += 1;
      });
    }
    assert.equal(count, 66);
  });
});

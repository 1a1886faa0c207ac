import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import {
  bytesPerDay,
  CopySchedule,
  copyDelayMs,
  minPauseMs,
} from "../../../../daemon/backup/copy-schedule.ts";
import { VirtualTime } from "../../../../drivers/simulated/simulation-time.ts";

const dayMs = 24 * 3_600_000;

describe("the gateway's own copy", () => {
  let time: VirtualTime;
  let copiedAtMs: number[] = [];
  let copyBytes = 20_000;
  let schedule: CopySchedule;

  beforeEach(() => {
    time = new VirtualTime(1);
    copiedAtMs = [];
    copyBytes = 20_000;
    schedule = new CopySchedule({
      timers: { after: (delayMs, run) => time.after(delayMs, run) },
      monotonicMs: () => time.nowMs(),
      copy: async () => {
        copiedAtMs.push(time.nowMs());
        return copyBytes;
      },
    });
  });

  /** Lets time pass, and what waits for a promise run. */
  async function pass(ms: number): Promise<void> {
    time.advance(ms);
    await new Promise(setImmediate);
  }

  it("is made 15 s after a grant, once for all changes in between", async () => {
    for (let count = 0; count < 10; count++) {
      schedule.note();
      await pass(1_000);
    }
    await pass(copyDelayMs);
    assert.deepEqual(copiedAtMs, [copyDelayMs]);
  });

  it("is made again no sooner than ten minutes later", async () => {
    schedule.note();
    await pass(copyDelayMs);
    schedule.note();
    await pass(minPauseMs - 1);
    assert.equal(copiedAtMs.length, 1);
    await pass(1);
    assert.equal(copiedAtMs.length, 2);
  });

  it("writes no more than 4 MiB a day to the card, however often something changes", async () => {
    copyBytes = 300_000;
    for (let at = 0; at < dayMs; at += 60_000) {
      schedule.note();
      await pass(60_000);
    }
    assert.ok(copiedAtMs.length * copyBytes <= bytesPerDay + copyBytes);
    assert.ok(copiedAtMs.length * copyBytes > bytesPerDay / 2);
  });

  it("is not made once the daemon is stopping", async () => {
    schedule.note();
    schedule.stop();
    await pass(copyDelayMs);
    assert.deepEqual(copiedAtMs, []);
  });
});

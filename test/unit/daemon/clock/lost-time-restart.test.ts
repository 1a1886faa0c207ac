import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Clock, type TimeMachine } from "../../../../daemon/clock/clock.ts";
import { storedTimeMark } from "../../../../daemon/clock/stored-time-mark.ts";
import { bareTimeMark } from "../../../../daemon/core/time/time-mark.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const buildMs = Date.parse("2026-11-01T00:00:00Z");
const knownMs = Date.parse("2026-11-23T00:00:00Z");

/** A machine without a time source, in virtual time. */
class LostMachine implements TimeMachine {
  bootId = "first";
  uptimeMs = 0;
  #work: () => void = () => undefined;

  systemMs = () => 0;
  monotonicMs = () => this.uptimeMs;
  hasSystemd = () => true;
  boot = () => ({ id: this.bootId, uptimeMs: this.uptimeMs });
  isSynchronized = async () => false;

  every(_everyMs: number, work: () => void): () => void {
    this.#work = work;
    return () => {
      this.#work = () => undefined;
    };
  }

  /** Lets time pass and ticks once. */
  pass(ms: number): void {
    this.uptimeMs += ms;
    this.#work();
  }

  powerCut(): void {
    this.bootId += " and next";
    this.uptimeMs = 0;
  }
}

describe("a gateway that is killed while its time is lost", () => {
  let temporary: TemporaryStore;
  let machine: LostMachine;
  let saves = 0;
  let saving = Promise.resolve();
  beforeEach(async () => {
    saves = 0;
    temporary = await aTemporaryStore();
    await storedTimeMark(temporary.store).save({ mark: bareTimeMark(knownMs), boot: null });
    machine = new LostMachine();
  });
  afterEach(() => temporary.remove());

  function openClock(): Clock {
    const { load, save } = storedTimeMark(temporary.store);
    const marks = {
      load,
      save: async (...stored: Parameters<typeof save>) => {
        saves += 1;
        saving = save(...stored);
        await saving;
      },
    };
    const onSaveFailed = (error: unknown) => assert.fail(String(error));
    return new Clock({ trust: "ntp", buildMs, marks, onSaveFailed, machine });
  }

  /** Runs a clock for so long, then ends its process; the next one opens the same files. */
  async function ranFor(ms: number): Promise<void> {
    const clock = openClock();
    for (let ranMs = 0; ranMs < ms; ranMs += minuteMs) {
      machine.pass(minuteMs);
      await saving;
      await new Promise((resolve) => setImmediate(resolve));
    }
    clock.close();
    await temporary.reopen();
  }

  const reading = () => {
    const clock = openClock();
    clock.close();
    const { nowMs, state } = clock.reading();
    return { nowMs, state };
  };

  it("continues from at most an hour ago after a power cut, and its time is still lost", async () => {
    await ranFor(32.5 * hourMs);
    machine.powerCut();
    assert.deepEqual(reading(), { nowMs: knownMs + 32 * hourMs, state: "lost" });
  });

  it("loses no time if the machine ran on, and its time is still lost", async () => {
    await ranFor(32.5 * hourMs);
    machine.uptimeMs += 3 * minuteMs;
    assert.deepEqual(reading(), { nowMs: knownMs + 32.5 * hourMs + 3 * minuteMs, state: "lost" });
  });

  it("writes its time once an hour, and not at all if it is killed before", async () => {
    await ranFor(32.5 * hourMs);
    assert.equal(saves, 32);
    machine.powerCut();
    await ranFor(50 * minuteMs);
    machine.powerCut();
    await ranFor(50 * minuteMs);
    assert.equal(saves, 32);
  });
});

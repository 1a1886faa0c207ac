import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  Clock,
  type ClockOptions,
  type TimeMachine,
  type TimeTrust,
} from "../../../../daemon/clock/clock.ts";
import type { MachineBoot, StoredMark } from "../../../../daemon/clock/stored-time-mark.ts";

const buildMs = Date.parse("2026-11-01T00:00:00Z");
const nowMs = Date.parse("2026-11-23T00:00:00Z");
const minuteMs = 60_000;

/** A machine in virtual time. */
class VirtualMachine implements TimeMachine {
  bootId = "first";
  uptimeMs = 0;
  bootMs = nowMs;
  systemd = true;
  isSynced = false;
  asked = 0;
  #works: (() => void)[] = [];

  systemMs(): number {
    return this.bootMs + this.uptimeMs;
  }
  monotonicMs(): number {
    return this.uptimeMs;
  }
  hasSystemd(): boolean {
    return this.systemd;
  }
  boot(): MachineBoot {
    return { id: this.bootId, uptimeMs: this.uptimeMs };
  }
  async isSynchronized(): Promise<boolean> {
    this.asked += 1;
    return this.isSynced;
  }
  every(_everyMs: number, work: () => void): () => void {
    this.#works.push(work);
    return () => {
      this.#works = [];
    };
  }
  /** Lets time pass, ticks once, and waits until what the tick began has settled. */
  async pass(ms: number): Promise<void> {
    this.uptimeMs += ms;
    for (const work of this.#works) work();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function clockOn(machine: VirtualMachine, trust: TimeTrust, more: Partial<ClockOptions> = {}) {
  const saved: StoredMark[] = [];
  const marks = {
    load: () => null,
    save: async (kept: StoredMark) => {
      saved.push(kept);
    },
  };
  const onSaveFailed = (error: unknown) => assert.fail(String(error));
  const clock = new Clock({ trust, buildMs, marks, onSaveFailed, machine, ...more });
  return { clock, saved };
}

describe("the clock", () => {
  it("is lost until the time service says that it is synchronised", async () => {
    const machine = new VirtualMachine();
    const { clock } = clockOn(machine, "ntp");
    const states: string[] = [];
    clock.onChange((reading) => states.push(reading.state));
    await machine.pass(minuteMs);
    assert.deepEqual(clock.reading(), {
      nowMs: buildMs + minuteMs,
      state: "lost",
      clockDoubt: null,
    });
    machine.isSynced = true;
    await machine.pass(minuteMs);
    assert.equal(clock.reading().nowMs, nowMs + 2 * minuteMs);
    assert.deepEqual(states, ["synced"]);
    clock.close();
  });

  it("asks the time service at most once a minute", async () => {
    const machine = new VirtualMachine();
    const { clock } = clockOn(machine, "ntp");
    for (let tick = 0; tick < 12; tick += 1) await machine.pass(10_000);
    assert.equal(machine.asked, 3);
    clock.close();
  });

  it("uses the system clock at once if no time service can be asked", () => {
    const machine = new VirtualMachine();
    machine.systemd = false;
    const { clock } = clockOn(machine, "auto");
    assert.equal(clock.reading().state, "synced");
    assert.equal(machine.asked, 0);
    clock.close();
  });

  it("doubts a system clock that jumps, until the cloud agrees", async () => {
    const machine = new VirtualMachine();
    const { clock } = clockOn(machine, "system");
    machine.bootMs += 60 * minuteMs;
    await machine.pass(1000);
    assert.equal(clock.reading().nowMs, nowMs + 1000);
    assert.equal(clock.reading().clockDoubt?.aheadMs, 60 * minuteMs);
    clock.offerCloudTime(nowMs + 60 * minuteMs + 2000);
    assert.equal(clock.reading().nowMs, nowMs + 60 * minuteMs + 1000);
    assert.equal(clock.reading().clockDoubt, null);
    clock.close();
  });

  it("starts from the persisted mark and persists it every 10 min", async () => {
    const machine = new VirtualMachine();
    const { clock, saved } = clockOn(machine, "system");
    for (let minute = 0; minute < 20; minute += 1) await machine.pass(minuteMs);
    assert.equal(saved.length, 3);
    clock.close();

    const later = new VirtualMachine();
    later.bootMs = 0;
    later.bootId = "second";
    const port = { load: () => saved.at(-1) ?? null, save: async () => {} };
    const restarted = clockOn(later, "ntp", { marks: port }).clock;
    assert.deepEqual(
      [restarted.reading().nowMs, restarted.reading().state],
      [nowMs + 20 * minuteMs, "lost"],
    );
    restarted.close();
  });

  it("reports a failed save and tries again with the next tick", async () => {
    const machine = new VirtualMachine();
    let saves = 0;
    const failures: unknown[] = [];
    const marks = {
      load: () => null,
      save: async () => {
        saves += 1;
        if (saves === 1) throw new Error("disk full");
      },
    };
    const onSaveFailed = (error: unknown) => failures.push(error);
    const { clock } = clockOn(machine, "system", { marks, onSaveFailed });
    await machine.pass(1000);
    await machine.pass(1000);
    assert.deepEqual([saves, failures.length], [2, 1]);
    clock.close();
  });

  it("still returns the time after it was closed, and reads the machine's clock no more", async () => {
    const machine = new VirtualMachine();
    const { clock } = clockOn(machine, "system");
    clock.close();
    clock.offerCloudTime(nowMs + 5 * minuteMs);
    await machine.pass(1000);
    assert.equal(clock.reading().nowMs, nowMs + 1000);
  });
});

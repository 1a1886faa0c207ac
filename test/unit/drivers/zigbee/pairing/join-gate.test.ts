import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { JoinGate } from "../../../../../drivers/zigbee/pairing/join-gate.ts";

/** What herdsman does with a request, as far as it goes: it takes its time, and may fail. */
class SlowStick {
  readonly said: number[] = [];
  underWay = 0;
  fails = new Set<number>();

  async permitJoin(seconds: number): Promise<void> {
    assert.equal(this.underWay, 0, "two requests overlap");
    this.underWay += 1;
    await new Promise((resolve) => setImmediate(resolve));
    this.underWay -= 1;
    this.said.push(seconds);
    if (this.fails.has(seconds)) throw new Error("the stick did not answer");
  }

  addInstallCode(): Promise<void> {
    return Promise.resolve();
  }
}

describe("the join gate", () => {
  it("sends one request at a time, and only the newest of those that wait", async () => {
    const stick = new SlowStick();
    const gate = new JoinGate(() => stick, assert.fail);
    await Promise.all([60, 120, 30, 0].map((seconds) => gate.permit(seconds)));
    assert.deepEqual(stick.said, [60, 0]);
    await gate.permit(10);
    assert.deepEqual(stick.said, [60, 0, 10]);
  });

  it("sends the newest request when one before it fails", async () => {
    const stick = new SlowStick();
    stick.fails.add(60);
    const gate = new JoinGate(() => stick, assert.fail);
    await Promise.all([gate.permit(60), gate.permit(0)]);
    assert.deepEqual(stick.said, [60, 0]);
  });

  it("fails all callers when the newest request fails, and lets nobody in", async () => {
    const stick = new SlowStick();
    stick.fails.add(60);
    let closed = 0;
    const gate = new JoinGate(
      () => stick,
      () => {
        closed += 1;
      },
    );
    const both = [gate.permit(10), gate.permit(60)];
    for (const one of both) await assert.rejects(one, { code: "stickOffline" });
    assert.equal(closed, 1);
    const absent = new JoinGate(
      () => null,
      () => {
        closed += 1;
      },
    );
    await assert.rejects(absent.permit(10), { code: "stickOffline" });
    assert.equal(closed, 2);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Limits, quietMs } from "../../../../sync/home-assistant/limits.ts";

/** Limits in virtual time, with what they logged. */
function aLimit() {
  const clock = { nowMs: 0 };
  const logged: object[] = [];
  const limits = new Limits({
    monotonicMs: () => clock.nowMs,
    onDropped: (why, detail) => logged.push({ why, ...detail }),
  });
  return { clock, logged, limits };
}

describe("the limits of messages from Home Assistant", () => {
  it("take a burst of each kind, then as many as the disk can take, and then a slow rate", () => {
    const { clock, limits } = aLimit();
    const taken = (count: number) =>
      Array.from({ length: count }, () => limits.take("setCode")).filter(Boolean).length;
    assert.equal(taken(2_000), 60);
    let all = 60;
    for (let second = 0; second < 60; second += 1) {
      clock.nowMs += 1_000;
      all += taken(2_000);
    }
    assert.equal(all, 600 + 2 * 60);
  });

  it("take the sets of two tools that begin with 15 locks each", () => {
    const { clock, limits } = aLimit();
    for (let count = 0; count < 600; count += 1) {
      assert.equal(limits.take("setCode"), true);
      clock.nowMs += 66;
    }
  });

  it("take revocations although grants have used up their own limit", () => {
    const { limits } = aLimit();
    for (let count = 0; count < 2_000; count += 1) limits.take("setCode");
    assert.equal(limits.take("clearCode"), true);
  });

  it("read what tools send at once, and in a flood no more than a thousand messages a second", () => {
    const { clock, limits } = aLimit();
    const read = () =>
      Array.from({ length: 9_000 }, () => limits.takeRead()).filter(Boolean).length;
    assert.equal(read(), 1_500);
    for (let second = 0; second < 10; second += 1) {
      clock.nowMs += 1_000;
      assert.equal(read(), 1_000);
    }
  });

  it("count each message that was dropped, and log the first one and then one in a minute", () => {
    const { clock, logged, limits } = aLimit();
    for (let count = 0; count < 500; count += 1) limits.drop("flood", { lock: "a" });
    limits.drop("malformed", { reason: "no JSON" });
    clock.nowMs += quietMs;
    limits.drop("flood", { lock: "b" });
    assert.deepEqual(logged, [
      { why: "flood", lock: "a" },
      { why: "malformed", reason: "no JSON" },
      { why: "flood", lock: "b", alsoBefore: 499 },
    ]);
    assert.deepEqual(limits.counts, { flood: 501, retained: 0, malformed: 1, refused: 0 });
  });
});

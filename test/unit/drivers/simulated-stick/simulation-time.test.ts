import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { realTime, TimeScope, VirtualTime } from "../../../../drivers/simulated/simulation-time.ts";

describe("virtual time", () => {
  it("runs what falls due in order of time, then in the order it was set", () => {
    const time = new VirtualTime();
    const seen: string[] = [];
    time.after(20, () => seen.push(`late ${time.nowMs()}`));
    time.after(10, () => seen.push(`first ${time.nowMs()}`));
    time.after(10, () => {
      seen.push(`second ${time.nowMs()}`);
      time.after(5, () => seen.push(`nested ${time.nowMs()}`));
    });
    time.advance(19);
    assert.deepEqual(seen, ["first 10", "second 10", "nested 15"]);
    assert.equal(time.nowMs(), 19);
    time.advance(1);
    assert.equal(seen.at(-1), "late 20");
  });

  it("does not run what was cancelled", () => {
    const time = new VirtualTime();
    const cancel = time.after(1, () => assert.fail("cancelled"));
    cancel();
    time.advance(10);
  });
});

describe("a scope of time", () => {
  it("drops its own alarms and nobody else's", () => {
    const time = new VirtualTime();
    const scope = new TimeScope(time);
    const seen: string[] = [];
    time.after(5, () => seen.push("outside"));
    scope.after(5, () => seen.push("inside"));
    scope.cancelAll();
    scope.after(5, () => seen.push("later"));
    time.advance(5);
    assert.deepEqual(seen, ["outside", "later"]);
  });
});

describe("chance", () => {
  it("repeats itself with its seed", () => {
    const draw = (time: { random(): number }) => Array.from({ length: 5 }, () => time.random());
    assert.deepEqual(draw(new VirtualTime(7)), draw(realTime(7)));
    assert.notDeepEqual(draw(new VirtualTime(7)), draw(new VirtualTime(8)));
    assert.ok(draw(realTime()).every((value) => value >= 0 && value < 1));
  });
});

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { SessionEvictions } from "../../../../sync/presence/session-evictions.ts";

const minuteMs = 60_000;

describe("evictions from the broker", () => {
  let evictions: SessionEvictions;
  beforeEach(() => {
    evictions = new SessionEvictions();
  });

  const evicted = (nowMs: number) => {
    evictions.noteCut();
    return evictions.noteOtherState(nowMs);
  };

  it("show another gateway at the third within ten minutes", () => {
    assert.deepEqual(
      [0, 1, 2].map((minute) => evicted(minute * minuteMs)),
      [false, false, true],
    );
  });

  it("show no other gateway if they are further apart", () => {
    for (let count = 0; count < 20; count += 1) assert.equal(evicted(count * 6 * minuteMs), false);
  });

  it("show no other gateway without a lost connection, for any number of births", () => {
    evictions.noteCut();
    for (let count = 0; count < 20; count += 1)
      assert.equal(evictions.noteOtherState(count), false);
  });

  it("show no other gateway while the gateway's own birth is still retained after the loss", () => {
    for (let count = 0; count < 20; count += 1) {
      evictions.noteCut();
      evictions.noteOwnState();
      assert.equal(evictions.noteOtherState(count), false);
    }
  });
});

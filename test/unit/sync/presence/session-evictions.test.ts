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

  it("name another gateway at the third within ten minutes", () => {
    assert.deepEqual(
      [0, 1, 2].map((minute) => evicted(minute * minuteMs)),
      [false, false, true],
    );
  });

  it("name nobody when they are further apart", () => {
    for (let count = 0; count < 20; count += 1) assert.equal(evicted(count * 6 * minuteMs), false);
  });

  it("name nobody without a lost connection, however many births somebody writes", () => {
    evictions.noteCut();
    for (let count = 0; count < 20; count += 1)
      assert.equal(evictions.noteOtherState(count), false);
  });

  it("name nobody while the gateway's own birth is still retained after the lost connection", () => {
    for (let count = 0; count < 20; count += 1) {
      evictions.noteCut();
      evictions.noteOwnState();
      assert.equal(evictions.noteOtherState(count), false);
    }
  });
});

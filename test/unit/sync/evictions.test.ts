import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Evictions } from "../../../sync/link/evictions.ts";

const minuteMs = 60_000;

describe("evictions from the broker", () => {
  let evictions: Evictions;
  beforeEach(() => {
    evictions = new Evictions();
  });

  const evicted = (nowMs: number) => {
    evictions.cut();
    return evictions.heardOther(nowMs);
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
    evictions.cut();
    for (let count = 0; count < 20; count += 1) assert.equal(evictions.heardOther(count), false);
  });

  it("name nobody while the gateway's own birth is still retained after the lost connection", () => {
    for (let count = 0; count < 20; count += 1) {
      evictions.cut();
      evictions.heardOwn();
      assert.equal(evictions.heardOther(count), false);
    }
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { maxSubjects, Throttle } from "../../../../daemon/api/throttle.ts";

const dayMs = 24 * 60 * 60_000;

describe("Throttle", () => {
  it("allows fewer than 500 tries a day at one client, whatever the addresses", () => {
    const throttle = new Throttle(undefined);
    let tries = 0;
    for (let nowMs = 0; nowMs < dayMs; ) {
      const subjects = ["client me", `address ${tries}`];
      const waitMs = throttle.waitMs(subjects, nowMs);
      if (waitMs === 0) {
        tries += 1;
        throttle.fail(subjects, nowMs);
      }
      nowMs += Math.max(1, waitMs);
    }
    assert.ok(tries < 500, String(tries));
  });

  it("never makes anybody wait longer than five minutes", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1_000_000 }), { maxLength: 60 }), (pausesMs) => {
        const throttle = new Throttle(undefined);
        let nowMs = 0;
        for (const pauseMs of pausesMs) {
          nowMs += pauseMs;
          throttle.fail(["a"], nowMs);
          const waitMs = throttle.waitMs(["a"], nowMs);
          assert.ok(waitMs >= 0 && waitMs <= 5 * 60_000);
        }
      }),
    );
  });

  it("makes nobody wait for a time that was set back", () => {
    const throttle = new Throttle(undefined);
    for (let count = 0; count < 30; count += 1) throttle.fail(["a"], 9 * dayMs);
    assert.equal(throttle.waitMs(["a"], dayMs), 5 * 60_000);
    assert.equal(throttle.waitMs(["b"], dayMs), 60_000);
    throttle.fail(["a"], dayMs);
    assert.equal(throttle.waitMs(["b"], dayMs), 0);
  });

  it("says the same after it was saved and read", () => {
    const throttle = new Throttle(undefined);
    for (let count = 0; count < 7; count += 1) throttle.fail(["a"], 1000);
    const next = new Throttle(throttle.save());
    assert.equal(next.waitMs(["a"], 1000), 4000);
    assert.equal(next.waitMs(["b"], 1000), 0);
  });

  it("keeps a bounded number of subjects and none in plain words", () => {
    const throttle = new Throttle(undefined);
    for (let count = 0; count < maxSubjects + 50; count += 1) {
      throttle.fail([`subject ${count}`], count * 60_000);
    }
    const saved = throttle.save();
    assert.equal(JSON.parse(saved).length, maxSubjects);
    assert.ok(!saved.includes("subject"));
    assert.ok(saved.length < 8192);
  });

  it("starts empty from anything that it did not save itself", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue(), fc.json()), (saved) => {
        assert.equal(new Throttle(saved).waitMs(["a"], 0), 0);
      }),
    );
  });

  it("lets twenty failures a minute through from everyone together", () => {
    const throttle = new Throttle(undefined);
    for (let count = 0; count < 20; count += 1) throttle.fail([`address ${count}`], 0);
    assert.equal(throttle.waitMs(["address new"], 1000), 59_000);
    assert.equal(throttle.waitMs(["address new"], 60_000), 0);
  });
});

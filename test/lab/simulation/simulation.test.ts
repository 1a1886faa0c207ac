import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { simulate } from "./simulation.ts";

const short = { days: 3, locks: 8 };

describe("a gateway under faults, in virtual time", () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`keeps what must always hold, with seed ${seed}`, async () => {
      const { findings, accepted, writes, openings } = await simulate({ ...short, seed });
      assert.deepEqual(findings, []);
      assert.ok(accepted > 0 && writes > 0 && openings > 0, "something has happened");
    });
  }

  it("lives through the very same again from the same seed, and otherwise from another", async () => {
    const options = { seed: 9, days: 2, locks: 4 };
    const first = await simulate(options);
    const again = await simulate(options);
    const other = await simulate({ ...options, seed: 14 });
    assert.equal(again.trace, first.trace);
    assert.equal(again.steps, first.steps);
    assert.deepEqual(again.counts, first.counts);
    assert.notEqual(other.trace, first.trace);
  });
});

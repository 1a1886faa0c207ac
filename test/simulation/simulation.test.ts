import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { simulate } from "./simulation.ts";

const short = { days: 4, locks: 10 };

describe("a gateway under faults, in virtual time", () => {
  for (const seed of [1, 2, 3]) {
    it(`keeps what must always hold, with seed ${seed}`, async () => {
      const { findings, accepted, writes, openings } = await simulate({ ...short, seed });
      assert.deepEqual(findings, []);
      assert.ok(accepted > 0 && writes > 0 && openings > 0, "something has happened");
    });
  }

  it("lives through the very same again from the same seed", async () => {
    const options = { seed: 9, days: 2, locks: 5 };
    const first = await simulate(options);
    const again = await simulate(options);
    assert.equal(again.trace, first.trace);
    assert.equal(again.steps, first.steps);
  });
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { FloodedHouse, frameWithinMs, tokenWithinMs } from "./flooded-house.ts";
import { floods } from "./floods.ts";

const visits = 2;
/**
 * The limits are wide because other tests share the processors; a real fault costs minutes, or the token never comes.
 */
const slack = 8;

/** `npm run floods` prints the same as a table, of more visits. */
describe("the owner, at the real daemon with a broker and a lock", { timeout: 600_000 }, () => {
  let house: FloodedHouse;
  before(async () => {
    house = await FloodedHouse.open();
  });
  after(() => house.close());

  for (const flood of floods) {
    it(`gets a token and has a revocation's frame at the lock in time. Flood: ${flood.name}`, async () => {
      const row = await house.measure(flood, visits);
      const text = JSON.stringify(row);
      assert.equal(row.visits, visits, text);
      assert.ok(row.strokes >= visits, text);
      assert.ok(row.slowestTokenMs <= slack * tokenWithinMs, text);
      assert.ok(row.slowestRestMs <= slack * frameWithinMs, text);
      assert.ok(row.slowestCloudMs <= slack * frameWithinMs, text);
    });
  }
});

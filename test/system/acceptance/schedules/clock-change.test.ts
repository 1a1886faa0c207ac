import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ClockChangeNight, clockChangeNights } from "../../../support/rigs/clock-change-night.ts";

describe("the windows of a lock in the night of a clock change", () => {
  let night: ClockChangeNight;
  before(async () => {
    night = await ClockChangeNight.open();
  });
  after(() => night.close());

  for (const [season, from] of Object.entries(clockChangeNights)) {
    it(`are what the lock answers at every minute in ${season}, asked before and after`, async () => {
      await night.restBefore(from);
      const answers = await night.pass(from, await night.windowsOf(from));
      const later = await night.windowsOf(from);
      for (const [at, codes] of answers) assert.deepEqual(night.codesAt(later, at), codes, `${at}`);
      assert.ok(new Set([...answers.values()].map(String)).size > 2, "the codes come and go");
      const changes = await night.changesSince(from);
      assert.ok(changes.length >= 3, "the gateway sets and clears codes");
    });
  }
});

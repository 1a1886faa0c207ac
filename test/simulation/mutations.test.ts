import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Rule } from "./findings.ts";
import type { Mutation } from "./mutation.ts";
import { simulate } from "./simulation.ts";

/** What each fault has to be found as. */
const faults: readonly (readonly [Mutation, Rule])[] = [
  ["forgetsClear", "liveOutsideWindow"],
  ["shiftsGuard", "liveOutsideWindow"],
  ["revivesCode", "revokedLiveAgain"],
  ["reusesNumber", "journalBroken"],
  ["losesCommit", "journalBroken"],
  ["printsCode", "plainCodes"],
  ["endsTwice", "commandEnds"],
];

describe("a simulation in which something is wrong on purpose", () => {
  for (const [mutation, rule] of faults) {
    it(`finds what ${mutation} does, and says what was before it`, async () => {
      const { findings } = await simulate({ seed: 2, days: 2, locks: 4, mutation });
      const found = findings.find((finding) => finding.rule === rule);
      assert.ok(found !== undefined, JSON.stringify(findings));
      assert.ok(found.before.length > 0 && found.step > 0);
    });
  }
});

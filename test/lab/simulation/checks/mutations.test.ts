import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { simulate } from "../simulation.ts";
import type { Rule } from "./findings.ts";
import type { Mutation } from "./mutation.ts";

const usual = { seed: 2, days: 2, locks: 4 } as const;
/** Slots get a new owner often, so that rare situations occur within one day. */
const busy = { seed: 2, days: 1, locks: 2, commandsPerDay: 60 };
const stormy = { seed: 2, days: 3, locks: 4, commandsPerDay: 30 };

/** For each fault, the rule that must find it and the run in which it does. */
const faults: readonly (readonly [Mutation, Rule, run?: typeof busy])[] = [
  ["forgetsClear", "liveOutsideWindow", busy],
  ["shiftsGuard", "liveOutsideWindow"],
  ["revivesCode", "revokedLiveAgain", busy],
  ["reusesNumber", "journalBroken", busy],
  ["losesCommit", "journalBroken"],
  ["printsCode", "plainCodes", busy],
  ["endsTwice", "commandEnds", busy],
  ["provesEchoes", "liveOutsideWindow", { ...busy, seed: 14 }],
  ["copiesMuchLater", "liveOutsideWindow", busy],
  ["hidesEdits", "strangersWritten", busy],
  ["hidesLeave", "leaveUntold", stormy],
  ["staysDeaf", "notSettled", stormy],
  ["losesLock", "notSettled", busy],
  ["missesEdits", "unseenEdit", { seed: 3, days: 6, locks: 2, commandsPerDay: 2 }],
  ["echoesTime", "timeWrong", { seed: 8, days: 4, locks: 1, commandsPerDay: 6 }],
];

describe("a simulation in which something is wrong on purpose", () => {
  for (const [mutation, rule, run = usual] of faults) {
    it(`finds what ${mutation} does, and says what was before it`, async () => {
      const { findings } = await simulate({ ...run, mutation });
      const found = findings.find((finding) => finding.rule === rule);
      assert.ok(found !== undefined, JSON.stringify(findings));
      assert.ok(found.before.length > 0 && found.step > 0);
    });
  }
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adversaries } from "../checks/result.ts";
import { simulate } from "../simulation.ts";

const run = { seed: 3, days: 1, locks: 3, commandsPerDay: 40, adversaries };

describe("a gateway with somebody who means harm on its broker and its radio", () => {
  it("opens no door without leave, and stays right in all else", async () => {
    const { findings, harm, accepted } = await simulate(run);
    assert.deepEqual(findings, []);
    for (const act of ["delayed", "repeated", "forged", "knocks", "spoofed events"]) {
      assert.ok((harm.get(act) ?? 0) > 0, act);
    }
    assert.ok(accepted > 0);
  });

  it("is found to open doors without leave when nothing is protected", async () => {
    // Counted: only the first few findings are kept.
    const { counts } = await simulate({ ...run, seed: 9, days: 2, isUnprotected: true });
    const found = counts.filter(({ count }) => count > 0).map(({ rule }) => rule);
    assert.ok(found.includes("withoutLeave") && found.includes("repeatedOneShot"), found.join());
  });
});

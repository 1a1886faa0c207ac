import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { memoryFolder } from "../../support/memory-folder.ts";
import { runTrials } from "./run-trials.ts";
import { makeSample } from "./sample.ts";
import { someTrials } from "./trials.ts";

/** Other trials with another seed; all of them: npm run damage. */
const seed = Number(process.env["LATCHD_SEED"] ?? 20261123);
const each = 60;

describe("a start on a damaged store", { timeout: 180_000 }, () => {
  let samples = "";
  before(async () => {
    samples = mkdtempSync(join(memoryFolder(), "latchd-damage-"));
    await makeSample(samples);
  });
  after(() => rmSync(samples, { recursive: true, force: true }));

  it("comes up with all as it was or with another store, and with nothing revoked live", async (test) => {
    const { failures, ...counts } = await runTrials(samples, someTrials(samples, { seed, each }));
    test.diagnostic(`${JSON.stringify(counts)}, seed ${seed}`);
    assert.deepEqual(failures, []);
    assert.ok(counts.detected > 0 && counts.harmless > 0);
  });
});

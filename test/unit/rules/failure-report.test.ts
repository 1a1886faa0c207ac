import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { runnerOptions } from "../../support/runner/options.ts";

const failingTest = `
import assert from "node:assert/strict";
import { describe, it } from "node:test";
describe("a replaced code", () => {
  describe("at night", () => {
    it("is cleared before the new one is set", () => assert.equal(1, 2));
  });
});
`;

describe("the report of a failed test", () => {
  const folder = mkdtempSync(join(tmpdir(), "latchd-report-"));
  after(() => rmSync(folder, { recursive: true }));

  const reportOf = (name: string, source: string): string => {
    const file = join(folder, name);
    writeFileSync(file, source);
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
    const run = spawnSync(process.execPath, [...runnerOptions(1), file], {
      env: environment,
      encoding: "utf8",
    });
    assert.equal(run.status, 1, run.stderr);
    return run.stdout;
  };

  it("names the suites and the test as one sentence in the list at the end", () => {
    const report = reportOf("sentence.test.mjs", failingTest);
    const list = report.slice(report.indexOf("failing tests:"));
    assert.match(list, /✖ a replaced code at night is cleared before the new one is set/);
  });

  it("counts a failure once, not again for each suite around it", () => {
    assert.match(reportOf("count.test.mjs", failingTest), /^ℹ fail 1$/m);
  });

  it("names the line of the TypeScript source", () => {
    const map = {
      version: 3,
      file: "mapped.test.mjs",
      sources: ["mapped.test.ts"],
      names: [],
      // Every line of the output comes from the line 40 lines below it in the source.
      mappings: `${"AAwCA"}${";AACA".repeat(failingTest.split("\n").length)}`,
    };
    writeFileSync(join(folder, "mapped.test.mjs.map"), JSON.stringify(map));
    const report = reportOf(
      "mapped.test.mjs",
      `${failingTest}//# sourceMappingURL=mapped.test.mjs.map\n`,
    );
    assert.match(report, /mapped\.test\.ts:46:/);
  });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  finding,
  findingKinds,
} from "../../../../../daemon/commands/diagnostics/doctor/findings.ts";
import { projectRoot } from "../../../../support/project-root.ts";

const kinds = Object.entries(findingKinds);

/** Returns a finding's texts as a row of docs/operations.md. */
function rowOf([code, { state, what, advice }]: (typeof kinds)[number]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\{(\w+)\}/g, "*$1*");
  return `| \`${code}\` | ${state} | ${cell(what)} | ${cell(advice)} |`;
}

describe("the table of the doctor's findings", () => {
  it("says what to do about every fault", () => {
    for (const [code, { state, advice }] of kinds) {
      assert.ok(state === "ok" || advice !== "", `${code} has no advice`);
    }
  });

  it("is in docs/operations.md, row by row", () => {
    const rows = readFileSync(join(projectRoot(), "docs", "operations.md"), "utf8")
      .split("\n")
      .filter((line) => /^\| `[a-zA-Z]+` \| (ok|warn|bad) \|/.test(line));
    assert.deepEqual(rows, kinds.map(rowOf));
  });
});

describe("a finding's text", () => {
  it("has the reason inside its own sentence, without the reason's full stop", () => {
    const reason = "No Zigbee stick can be reached at /dev/x.";
    assert.equal(
      finding("stickMissing", { path: "/dev/x", reason }).what,
      "stick /dev/x: No Zigbee stick can be reached at /dev/x; no lock can be reached",
    );
  });
});

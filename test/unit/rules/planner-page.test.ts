import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { withPlannerTable } from "../../support/planner/planner-page.ts";
import { projectRoot } from "../../support/project-root.ts";

const file = join(projectRoot(), "docs", "locks.md");

describe("docs/locks.md", () => {
  it("has the planner's rows; LATCHD_WRITE_DOCS=1 writes them", () => {
    const wanted = withPlannerTable(readFileSync(file, "utf8"));
    if (process.env["LATCHD_WRITE_DOCS"] === "1") writeFileSync(file, wanted);
    assert.equal(readFileSync(file, "utf8"), wanted);
  });
});

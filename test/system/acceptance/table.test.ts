import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "../../support/project-root.ts";

const table = readFileSync(join(projectRoot(), "docs/acceptance.md"), "utf8");
const rows = table.split("\n").filter((line) => /^\| (?:\d|R)\.\d+ \|/.test(line));

describe("the table of acceptance tests", () => {
  it("names a test or a reason in every row, and no number twice", () => {
    const numbers = rows.map((row) => /^\| ((?:\d|R)\.\d+) \|/.exec(row)?.[1]);
    assert.equal(new Set(numbers).size, rows.length);
    assert.ok(rows.length > 130);
    for (const row of rows) assert.match(row, /\| (`[a-z/-]+`: "[^"]+"|— .+) \|$/);
  });

  it("names only existing tests", () => {
    for (const row of rows) {
      for (const [, file, name] of row.matchAll(/`([a-z/-]+)`: "([^"]+)"/g)) {
        const path = join(projectRoot(), "test", `${file}.test.ts`);
        assert.ok(existsSync(path), `${file} of: ${row}`);
        const source = readFileSync(path, "utf8");
        // A test with several cases has more text after its name.
        const isThere = source.includes(`"${name}"`) || source.includes(`\`${name}`);
        assert.ok(isThere, `"${name}" in ${file}`);
      }
    }
  });
});

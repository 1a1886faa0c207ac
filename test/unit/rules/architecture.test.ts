import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "../../support/project-root.ts";

const root = projectRoot();

/** Paths in backticks that begin in a top-level folder of the source. */
function pathsIn(page: string): string[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/`((?:daemon|drivers|sync|test|docs)\/[\w./-]*)`/g)].flatMap(
    ([, path]) => (path === undefined ? [] : [path]),
  );
}

for (const page of ["docs/architecture.md", "CONTRIBUTING.md"]) {
  describe(`the page ${page}`, () => {
    it("names only files and folders that exist", () => {
      const paths = pathsIn(page);
      assert.ok(paths.length > 5, "the page names paths");
      assert.deepEqual(
        paths.filter((path) => !existsSync(join(root, path))),
        [],
      );
    });
  });
}

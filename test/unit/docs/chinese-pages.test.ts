import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "../../support/project-root.ts";

function blocksOf(page: string): readonly string[] {
  const text = readFileSync(join(projectRoot(), page), "utf8");
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
}

describe("README.zh-CN.md", () => {
  it("has only commands that README.md has too", () => {
    const english = blocksOf("README.md");
    const chinese = blocksOf("README.zh-CN.md");
    assert.ok(chinese.length >= 4, "the page has commands");
    assert.deepEqual(
      chinese.filter((block) => !english.includes(block)),
      [],
    );
  });
});

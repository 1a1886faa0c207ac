import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "../../support/project-root.ts";
import { importCircles } from "../../support/source-rules/import-circles.ts";

const root = projectRoot();

/** Every source file's text by its path from the project's root. */
function sourceTexts(): Map<string, string> {
  const paths = ["daemon", "drivers", "sync", "test"].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => join(room, path).split(sep).join("/")),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

describe("the source files", () => {
  it("form no import circle, imports of types included", () => {
    const texts = sourceTexts();
    assert.ok(texts.size > 500, "the whole tree is read");
    assert.deepEqual(importCircles(texts), []);
  });
});

describe("the search for import circles", () => {
  it("finds a circle that only imports of types close", () => {
    const texts = new Map([
      ["a/lock.ts", `import type { Plan } from ${quoted("../b/plan.ts")};\n`],
      ["b/plan.ts", `import { step } from ${quoted("./step.ts")};\nstep();\n`],
      ["b/step.ts", `export type Step = import(${quoted("../a/lock.ts")}).Lock;\n`],
      ["b/rank.ts", `import type { Plan } from ${quoted("./plan.ts")};\n`],
    ]);
    assert.deepEqual(importCircles(texts), [["a/lock.ts", "b/plan.ts", "b/step.ts"]]);
  });

  it("finds a circle of two files that export each other's names", () => {
    const texts = new Map([
      ["a.ts", `export { b } from ${quoted("./b.ts")};\n`],
      ["b.ts", `export * from ${quoted("./a.ts")};\nexport const b = 1;\n`],
    ]);
    assert.deepEqual(importCircles(texts), [["a.ts", "b.ts"]]);
  });

  it("takes no comment for an import", () => {
    const texts = new Map([
      ["a.ts", `import { b } from ${quoted("./b.ts")};\n`],
      ["b.ts", `// import { a } from ${quoted("./a.ts")};\nexport const b = 1;\n`],
    ]);
    assert.deepEqual(importCircles(texts), []);
  });
});

/** Keeps the build from taking an example's specifier for one of its own. */
function quoted(specifier: string): string {
  return JSON.stringify(specifier);
}

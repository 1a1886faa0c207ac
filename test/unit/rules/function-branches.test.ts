import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { branchCounts } from "../../support/source-rules/branches.ts";
import { sourceFiles } from "../../support/source-rules/source-tree.ts";

const limit = 12;

function counted(text: string): Record<string, number> {
  const counts = branchCounts({ path: "example.ts", text });
  return Object.fromEntries(counts.map(({ name, branches }) => [name, branches]));
}

describe("the count of a function's branches", () => {
  it("has one for each condition, loop, catch and short circuit", () => {
    const text = `function f(a) {
      if (a) { for (const b of a) { while (b) {} } }
      try { do {} while (a && b) } catch {}
      return a ? b : (c ?? d) || e;
    }`;
    assert.equal(counted(text)["f"], 9);
  });

  it("has one for each case with statements, so that shared cases count once", () => {
    const text =
      "function f(a) { switch (a) { case 1: case 2: return 1; case 3: return 2; default: } }";
    assert.equal(counted(text)["f"], 2);
  });

  it("leaves out what is in a function inside it", () => {
    const text = "function f(a) { const g = () => (a ? 1 : 2); function h() { if (a) g(); } h(); }";
    assert.deepEqual(counted(text), { f: 0, g: 1, h: 1, "<file>": 0 });
  });

  it("names methods and the code outside functions", () => {
    const text = "class A { #m(a) { return a ?? 1; } }\nif (b) {}";
    assert.deepEqual(counted(text), { "#m": 1, "<file>": 1 });
  });
});

describe("every function", () => {
  it(`has at most ${limit} branches`, () => {
    const faults = sourceFiles().flatMap((file) =>
      branchCounts(file)
        .filter(({ branches }) => branches > limit)
        .map(({ name, line, branches }) => `${file.path}:${line} ${name} has ${branches}`),
    );
    assert.deepEqual(faults, []);
  });
});

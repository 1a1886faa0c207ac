import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  anchorsOf,
  deadReferencesInComments,
  deadReferencesInPage,
  identifiersIn,
  type Targets,
} from "../../support/source-rules/references.ts";
import {
  npmScripts,
  pages,
  projectPaths,
  sourceFiles,
} from "../../support/source-rules/source-tree.ts";

describe("the search for dead references", () => {
  const targets: Targets = {
    paths: new Set(["README.md", "docs/locks.md", "daemon/core", "daemon/core/plan.ts"]),
    npmScripts: new Set(["test"]),
    identifiers: new Set(["plan"]),
    anchors: new Map([["docs/locks.md", anchorsOf("# Locks\n## A lock's own clock\n")]]),
  };
  const inPage = (text: string) => deadReferencesInPage({ path: "docs/page.md", text }, targets);
  const inComment = (text: string) =>
    deadReferencesInComments({ path: "daemon/core/plan.ts", text }, targets);

  it("finds links, paths, file names and scripts in a page", () => {
    const dead =
      "[a](../READ.md) [b](locks.md#no-such-heading) `daemon/core/gone.ts` gone.md `npm run gone`\n" +
      "node dist/daemon/core/gone.js";
    assert.deepEqual(inPage(dead).sort(), [
      "../READ.md",
      "daemon/core/gone.ts",
      "dist/daemon/core/gone.js",
      "gone.md",
      "locks.md#no-such-heading",
      "npm run gone",
    ]);
  });

  it("passes what leads somewhere", () => {
    const alive =
      "[a](../README.md) [b](locks.md#a-locks-own-clock) [c](https://example.com) `daemon/core/` plan.ts `npm run test`\n" +
      "node dist/daemon/core/plan.js, /etc/latchd/latchd.yaml";
    assert.deepEqual(inPage(alive), []);
  });

  it("reads the comments of a source file and not its code", () => {
    const text =
      'import "daemon/core/other.ts";\n/** See daemon/core/gone.ts and {@link gone}. */\nplan(); // as in gone.ts\n';
    assert.deepEqual(inComment(text), ["daemon/core/gone.ts", "gone.ts", "{@link gone}"]);
    assert.deepEqual(inComment("// See docs/locks.md, plan.ts and {@link plan}.\n"), []);
  });
});

describe("comments and pages", () => {
  it("refer only to files, headings, scripts and symbols that exist", () => {
    const sources = sourceFiles();
    const texts = pages();
    const targets: Targets = {
      paths: projectPaths(),
      npmScripts: npmScripts(),
      identifiers: new Set(sources.flatMap(({ text }) => identifiersIn(text))),
      anchors: new Map(texts.map(({ path, text }) => [path, anchorsOf(text)])),
    };
    // This file gives examples of dead references.
    const others = sources.filter(({ path }) => path !== "test/unit/rules/references.test.ts");
    const dead = [
      ...others.map((file) => [file.path, deadReferencesInComments(file, targets)] as const),
      ...texts.map((page) => [page.path, deadReferencesInPage(page, targets)] as const),
    ].flatMap(([path, references]) => references.map((reference) => `${path}: ${reference}`));
    assert.deepEqual(dead, []);
  });
});

describe("the page of attacks", () => {
  const page = pages().find(({ path }) => path === "docs/attacks.md")?.text ?? "";

  it("numbers each attack once, without a gap", () => {
    const numbers = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number));
    const wanted = numbers.map((_, index) => index + 1);
    assert.deepEqual(
      numbers.sort((left, right) => left - right),
      wanted,
    );
  });

  it("names only tests that exist", () => {
    const named = [...page.matchAll(/`(test\/[\w./-]+)`((?:[:;,] ?[^`|()]+ …)+)/g)].flatMap(
      ([, path = "", list = ""]) =>
        [...list.matchAll(/[:;,] ?([^;:|]+?) …/g)].map(([, title = ""]) => ({ path, title })),
    );
    assert.ok(named.length > 60, "the page names tests");
    const sources = sourceFiles();
    const missing = named.filter(({ path, title }) => {
      const folder = path.slice(0, path.lastIndexOf("/"));
      // Some titles are made from a table beside the test.
      return !sources.some((file) => file.path.startsWith(folder) && file.text.includes(title));
    });
    assert.deepEqual(missing, []);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sourceFiles } from "../../support/source-rules/source-tree.ts";
import { testTitles, titleFault } from "../../support/source-rules/test-titles.ts";

function faultOf(suite: string, title: string): string | null {
  return titleFault({ kind: "it", suites: [suite], title });
}

describe("the rules for test titles", () => {
  it("accept a suite and a test that make a sentence", () => {
    const sentences: [string, string][] = [
      ["a replaced code", "clears the old code before it sets the new one"],
      ["the daemon on SIGTERM", "a second signal ends it at once"],
      ["the linter", "NOT_FOUND means an empty slot"],
    ];
    for (const [suite, title] of sentences) assert.equal(faultOf(suite, title), null, title);
  });

  it("refuse each of these", () => {
    const refused: [string, RegExp][] = [
      ["clears the old code.", /punctuation/],
      ["of which only the newest counts", /begins with "of"/],
      ["that are … are refused", /begins with "that"/],
      ["drifts", /single word/],
      ["Clears the old code first", /capital letter/],
      ["is told to the cloud twice", /says "told"/],
      ["goes on after a restart", /says "goes on"/],
    ];
    for (const [title, fault] of refused) assert.match(String(faultOf("a code", title)), fault);
    assert.match(String(faultOf("codes", "end early")), /fewer than 4 words/);
  });

  it("refuse a test outside a suite", () => {
    const title = "nothing is lost while the line fails";
    assert.match(String(titleFault({ kind: "it", suites: [], title })), /no describe/);
  });

  it("refuse an outer suite that begins with a preposition, and accept an inner one", () => {
    const title = "with a full disk";
    assert.match(String(titleFault({ kind: "describe", suites: [], title })), /begins with "with"/);
    assert.equal(titleFault({ kind: "describe", suites: ["the store"], title }), null);
  });

  it("see every literal and template, with the suites around it", () => {
    const text = `describe("a", () => { describe(\`b \${1}\`, () => { it('c', () => {}); }); it(name, f); });`;
    assert.deepEqual(testTitles({ path: "example.test.ts", text }), [
      { kind: "describe", suites: [], title: "a" },
      { kind: "describe", suites: ["a"], title: "b …" },
      { kind: "it", suites: ["a", "b …"], title: "c" },
    ]);
  });
});

describe("every test title", () => {
  const titles = sourceFiles()
    .filter(({ path }) => path.endsWith(".test.ts"))
    .flatMap((file) => testTitles(file).map((title) => ({ ...title, path: file.path })));

  it("keeps the rules for test titles", () => {
    assert.ok(titles.length > 2000, "the tests have titles");
    const faults = titles.flatMap((title) => {
      const fault = titleFault(title);
      return fault === null
        ? []
        : [`${title.path}: "${[...title.suites, title.title].join(" | ")}" ${fault}`];
    });
    assert.deepEqual(faults, []);
  });

  it("is the only one with its sentence in its file", () => {
    const tests = titles.filter(({ kind }) => kind === "it");
    // A template stands for several titles, and the values may differ.
    const sentences = tests
      .map(({ path, suites, title }) => `${path}: ${[...suites, title].join(" ")}`)
      .filter((sentence) => !sentence.includes("…"));
    const twice = sentences.filter((sentence, index) => sentences.indexOf(sentence) !== index);
    assert.deepEqual(twice, []);
  });
});

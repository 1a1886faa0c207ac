import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "../../support/project-root.ts";

const page = readFileSync(join(projectRoot(), "docs/compliance.md"), "utf8");
const states: ReadonlySet<string> = new Set(["met", "partly", "not met", "does not apply"]);

/** How many provisions each chapter of ETSI EN 303 645 V2.1.1 has. */
const provisionsOf: Readonly<Record<string, number>> = {
  "5.1": 5,
  "5.2": 3,
  "5.3": 16,
  "5.4": 4,
  "5.5": 8,
  "5.6": 9,
  "5.7": 2,
  "5.8": 3,
  "5.9": 3,
  "5.10": 1,
  "5.11": 4,
  "5.12": 3,
  "5.13": 1,
  "6": 5,
};

/** The rows about a provision or a point of an annex: name, state and evidence. */
const rows = page
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter(([, name = ""]) => /^(?:\d+(?:\.\d+)?-\d+|\(\d)/.test(name));

describe("the page of compliance", () => {
  it("has a known state and evidence for each point", () => {
    assert.ok(rows.length > 80, `${rows.length} rows`);
    for (const [, name, state = "", evidence = ""] of rows) {
      assert.ok(states.has(state), `${name}: ${state}`);
      assert.notEqual(evidence, "", name);
    }
  });

  it("leaves out no provision of ETSI EN 303 645", () => {
    const names = rows.map(([, name = ""]) => name).join("\n");
    const expected = Object.entries(provisionsOf).flatMap(([chapter, count]) =>
      Array.from({ length: count }, (_, at) => `${chapter}-${at + 1}`),
    );
    const absent = expected.filter(
      (provision) => !new RegExp(`(?:^|and )${provision.replace(".", "\\.")} `, "m").test(names),
    );
    assert.deepEqual(absent, []);
  });

  it("leaves out no point of annex I of the Cyber Resilience Act", () => {
    const names = rows.map(([, name = ""]) => name);
    const [first, second] = page.split("### Part II").map((part) => part);
    for (const letter of "abcdefghijklm")
      assert.ok(
        names.some((name) => name.startsWith(`(2)(${letter}) `)),
        letter,
      );
    assert.match(first ?? "", /^\| \(1\) /m);
    for (let number = 1; number <= 8; number += 1)
      assert.ok(second?.includes(`\n| (${number}) `), String(number));
  });
});

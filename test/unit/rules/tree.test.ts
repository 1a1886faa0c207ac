import assert from "node:assert/strict";
import { posix } from "node:path";
import { describe, it } from "node:test";
import { commands } from "../../../daemon/commands/table.ts";
import { fileNameFault } from "../../support/source-rules/file-names.ts";
import { lineCount, sourceFiles } from "../../support/source-rules/source-tree.ts";

const filesOfFolder = 16;
const linesOfFile = 300;

/** The file of a command has the command's wire name, whatever word that ends with. */
const commandFiles: ReadonlySet<string> = new Set(
  commands.map(({ name }) => `${name.replaceAll("_", "-")}.ts`),
);

describe("the rule for file names", () => {
  it("accepts the name of a thing", () => {
    for (const name of [
      "suspended-grants.ts",
      "outcome.ts",
      "time-seed.test.ts",
      "unread-slots.ts",
    ])
      assert.equal(fileNameFault(`daemon/core/${name}`), null, name);
  });

  it("refuses a name that ends with a participle", () => {
    for (const name of ["told.ts", "what-is-held.ts", "grants-suspended.ts", "slot-shown.test.ts"])
      assert.match(String(fileNameFault(`daemon/core/${name}`)), /participle/, name);
  });

  it("refuses a clause", () => {
    assert.match(String(fileNameFault("test/what-to-try.ts")), /has the word "what"/);
  });
});

describe("the tree", () => {
  const files = sourceFiles();

  it(`has at most ${filesOfFolder} source files in a folder`, () => {
    const counts = new Map<string, number>();
    for (const { path } of files) {
      const folder = posix.dirname(path);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    assert.deepEqual(
      [...counts].filter(([, count]) => count > filesOfFolder),
      [],
    );
  });

  it(`has at most ${linesOfFile} lines in a source file`, () => {
    const long = files
      .map(({ path, text }) => ({ path, lines: lineCount(text) }))
      .filter(({ lines }) => lines > linesOfFile)
      .map(({ path, lines }) => `${path} has ${lines}`);
    assert.deepEqual(long, []);
  });

  it("names each source file by the thing that it holds", () => {
    const faults = files.flatMap(({ path }) => {
      const isOfCommand =
        path.startsWith("daemon/commands/") && commandFiles.has(posix.basename(path));
      if (isOfCommand) return [];
      const fault = fileNameFault(path);
      return fault === null ? [] : [`${path} ${fault}`];
    });
    assert.deepEqual(faults, []);
  });

  it("has no loose file in daemon/ but main.ts and gateway.ts", () => {
    const loose = files.filter(({ path }) => posix.dirname(path) === "daemon");
    assert.deepEqual(
      loose.map(({ path }) => path),
      ["daemon/gateway.ts", "daemon/main.ts"],
    );
  });
});

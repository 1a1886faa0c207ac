import assert from "node:assert/strict";
import { posix } from "node:path";
import { describe, it } from "node:test";
import { commands } from "../../../daemon/commands/table.ts";
import { sourceFiles } from "../../support/source-rules/source-tree.ts";

/** A name in the published document that is spelt wrongly, and the file that serves both names. */
const misspelt: ReadonlyMap<string, string> = new Map([
  ["count_lock_envents", "count_lock_events"],
]);

describe("a command's file", () => {
  const files = sourceFiles().filter(({ path }) => path.startsWith("daemon/commands/"));

  it("has the wire name of the command, and defines it", () => {
    for (const { name } of commands) {
      const own = misspelt.get(name) ?? name;
      const fileName = `${own.replaceAll("_", "-")}.ts`;
      const found = files.filter(({ path }) => posix.basename(path) === fileName);
      assert.equal(found.length, 1, `${name}: there must be one daemon/commands/…/${fileName}`);
      assert.ok(found[0]?.text.includes(`name: "${name}"`), `${fileName} must define ${name}`);
    }
  });

  it("defines one command and no other", () => {
    const names = new Set(commands.map(({ name }) => name));
    for (const { path, text } of files) {
      const defined = [...text.matchAll(/^ {2}name: "([a-z_]+)",$/gm)].filter(([, name = ""]) =>
        names.has(name),
      );
      assert.ok(
        defined.length <= 1,
        `${path} defines ${defined.map(([, name]) => name).join(", ")}`,
      );
    }
  });

  it("gives each command paths, phrases and errors that no other command repeats", () => {
    const paths = commands.flatMap(({ resources = [] }) =>
      resources.map(({ method, path }) => `${method} ${path}`),
    );
    const phrases = commands.flatMap(({ phrases: own = [] }) =>
      own.map(({ words }) => words.join(" ")),
    );
    assert.deepEqual(repeated(paths), []);
    assert.deepEqual(repeated(phrases), []);
    for (const { name, errors } of commands) assert.deepEqual(repeated(errors), [], name);
  });
});

function repeated(texts: readonly string[]): readonly string[] {
  return texts.filter((text, index) => texts.indexOf(text) !== index);
}

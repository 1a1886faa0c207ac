import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TSchema } from "typebox";
import { schemaInfo } from "../../../../daemon/base/schema-info.ts";
import { peoplesOptions } from "../../../../daemon/cli/phrase-options.ts";
import { runProgram } from "../../../../daemon/cli/program.ts";
import { displayWidth } from "../../../../daemon/cli/terminal/display-width.ts";
import { isFlag } from "../../../../daemon/cli/views/cell-text.ts";
import { valueWords } from "../../../../daemon/cli/views/value-words.ts";
import { phraseWords } from "../../../../daemon/cli/words/phrase-words.ts";
import { sentence, shellWord } from "../../../../daemon/cli/words/shell-word.ts";
import { commands } from "../../../../daemon/commands/table.ts";

const phrases = commands.flatMap((command) =>
  (command.phrases ?? []).map((phrase) => ({ command, phrase })),
);

async function helpOf(...words: readonly string[]): Promise<string> {
  let out = "";
  const terminal = {
    env: {},
    isInteractive: true,
    out: (text: string) => {
      out += text;
    },
    error: (text: string) => {
      out += text;
    },
    readInput: () => Promise.resolve(""),
  };
  assert.equal(await runProgram(commands, [...words, "--help"], terminal), 0, out);
  return out;
}

describe("the words of latchctl", () => {
  it("are there for each phrase, and for nothing else", () => {
    const expected = phrases.map(({ phrase }) => phrase.words.join(" ")).sort();
    assert.deepEqual(Object.keys(phraseWords).sort(), expected);
  });

  it("give each option of a phrase one name, without underscores and misprints", () => {
    for (const of of phrases) {
      const names = peoplesOptions(of).map(({ name }) => name);
      assert.equal(new Set(names).size, names.length, of.phrase.words.join(" "));
      for (const name of names) assert.match(name, /^[a-z]+(-[a-z]+)*$/);
      assert.ok(!names.some((name) => name.includes("permisson")));
    }
  });

  it("leave no field that the command needs without an argument or an option", () => {
    for (const { command, phrase } of phrases) {
      const given = new Set([
        ...(phrase.fields ?? []),
        ...Object.keys({ ...phrase.fixed, ...phrase.made, ...phrase.defaults }),
        ...(phrase.isOfLock === true ? ["uuid"] : []),
        ...peoplesOptions({ phrase, command }).map(({ field }) => field),
      ]);
      for (const field of schemaInfo(command.input).required) {
        assert.ok(given.has(field), `${phrase.words.join(" ")}: nobody can give ${field}`);
      }
    }
  });

  it("fill only the names in braces that a done call knows", () => {
    const values = new Map([["lock", shellWord("前门 $(x)")]]);
    assert.equal(sentence("{lock} is {state}", values), "'前门 $(x)' is state");
    assert.equal(shellWord("flat 3"), '"flat 3"');
    assert.equal(shellWord("it's `x`"), "'it'\\''s `x`'");
    assert.equal(shellWord("前门"), "前门");
  });

  it("are there for every number that stands for something in a reply that people see", () => {
    for (const { command, phrase } of phrases) {
      for (const [path, schema] of leavesOf(command.output, "")) {
        const numbers = schemaInfo(schema)
          .anyOf.map((member) => schemaInfo(member).constant)
          .filter((constant) => typeof constant === "number");
        if (numbers.length === 0 || isFlag(schema)) continue;
        const field = path.split(".").at(-1) ?? "";
        for (const number of numbers) {
          const word = valueWords[field]?.[String(number)];
          assert.ok(word !== undefined, `${phrase.words.join(" ")}: ${path} ${number}`);
        }
      }
    }
  });
});

describe("latchctl's help", () => {
  it("fits into 80 columns on every page", async () => {
    const pages = [
      [],
      ["call"],
      ...["pair", "install", "doctor", "health", "events", "backup", "page", "completion"].map(
        (name) => [name],
      ),
      ["keys", "make"],
      ...new Set(phrases.map(({ phrase }) => phrase.words[0])),
      ...phrases.map(({ phrase }) => phrase.words),
      ...commands.map(({ name }) => ["call", name]),
    ].map((page) => (typeof page === "string" ? [page] : page));
    for (const page of pages) {
      for (const line of (await helpOf(...page)).split("\n")) {
        assert.ok(displayWidth(line) <= 80, `${page.join(" ")}: ${line}`);
      }
    }
  });

  it("shows the options of people, and the fields of the API only below call", async () => {
    const people = await helpOf("password", "add");
    assert.match(people, /--one-time {2,}ends with its first opening/);
    assert.match(people, /--weekly <hours> {2,}hours of the week/);
    assert.doesNotMatch(people, /permis|minute|0 \| 1/);
    assert.match(await helpOf("call", "add_password"), /--permisson_begin/);
  });
});

/** Yields the fields of a schema with their paths. */
function* leavesOf(schema: TSchema, path: string): Generator<readonly [string, TSchema]> {
  const { properties, items } = schemaInfo(schema);
  if (items !== undefined) {
    yield* leavesOf(items, path);
    return;
  }
  if (properties.size === 0) yield [path, schema];
  for (const [name, part] of properties) yield* leavesOf(part, `${path}.${name}`);
}

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runProgram } from "../../../daemon/cli/program.ts";
import { commands } from "../../../daemon/commands/table.ts";
import { projectRoot } from "../../support/project-root.ts";
import { sourceFiles } from "../../support/source-rules/source-tree.ts";

const pages = ["troubleshooting.md", "supported-locks.md", "from-v1.6.md"];
const textOf = (page: string): string => readFileSync(join(projectRoot(), "docs", page), "utf8");

/** Words of each `latchctl` command of a page, in its blocks and in its sentences. */
function latchctlCommands(text: string): readonly (readonly string[])[] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block.split("\n"),
  );
  const inline = [...text.matchAll(/`(latchctl [^`\n…]+)`/g)].map(([, line = ""]) => line);
  return [...blocks, ...inline]
    .filter((line) => line.startsWith("latchctl "))
    .map((line) => line.split(" ").slice(1));
}

/** Returns what latchctl prints as the help of a command. */
async function helpOf(words: readonly string[]): Promise<string> {
  let printed = "";
  const print = (text: string) => {
    printed += text;
  };
  await runProgram(commands, [...words, "--help"], {
    isInteractive: false,
    env: {},
    out: print,
    error: print,
    readInput: () => Promise.resolve(""),
  });
  return printed;
}

/** Splits a command into its own words, its arguments and its options. */
function partsOf(words: readonly string[]): {
  readonly names: readonly string[];
  readonly options: readonly string[];
} {
  const isSocket = words[0] === "--socket";
  const own = isSocket ? words.slice(2) : words;
  const options = own.filter((word) => word.startsWith("--"));
  const at = own.findIndex((word) => word.startsWith("-"));
  return { names: at < 0 ? own : own.slice(0, at), options };
}

describe("the pages for people in trouble", () => {
  for (const page of pages) {
    it(`has only commands in ${page} that latchctl takes`, async () => {
      const all = latchctlCommands(textOf(page));
      assert.ok(all.length > 0, "the page has commands");
      for (const words of all) {
        const { names, options } = partsOf(words);
        const help = await helpOf(names);
        const usage = /Usage: latchctl ([^\n]*)/.exec(help)?.[1] ?? "";
        const said = usage.split(/[ |]/).filter((word) => /^[a-z]/.test(word));
        const own = names.slice(0, said.length);
        assert.ok(own.length > 0 && said.length > 0, `${words.join(" ")}: ${help.slice(0, 200)}`);
        assert.ok(
          own.every((word) => said.includes(word)),
          `${words.join(" ")} is ${usage}`,
        );
        const taken = (usage.match(/[<[](?!options|command)[a-z_ |.-]+[>\]]/gi) ?? []).length;
        assert.ok(names.length - own.length <= taken, `${words.join(" ")} has too many words`);
        for (const option of options) assert.ok(help.includes(option), `${words.join(" ")}`);
      }
    });
  }

  it("quotes only log texts that are in the source", () => {
    const table = textOf("troubleshooting.md").split("## By the text in the log")[1] ?? "";
    const quoted = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, text = ""]) => text);
    assert.ok(quoted.length > 20, "the table has texts");
    const sources = sourceFiles()
      .filter(({ path }) => /^(daemon|sync|drivers\/zigbee)\//.test(path))
      .map(({ text }) => text);
    const missing = quoted.filter(
      (text) => !sources.some((source) => source.includes(`"${text}"`)),
    );
    assert.deepEqual(missing, []);
  });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { commands } from "../../../daemon/commands/table.ts";
import { daemonProgram } from "../../../daemon/process/arguments-parser.ts";
import { manualPages } from "../../../systemd/release/manuals.ts";
import { projectRoot } from "../../support/project-root.ts";

const example = readFileSync(join(projectRoot(), "systemd/latchd.yaml"), "utf8");
const pages = manualPages(example);

/** Returns a page without roff's escapes, as a person reads it. */
function plain(name: string): string {
  const text = pages.get(name) ?? assert.fail(`there is no ${name}`);
  return text.replaceAll("\\&", "").replaceAll("\\-", "-").replaceAll("\\e", "\\");
}

describe("the manual pages", () => {
  it("have every call and every option of latchctl and latchd", () => {
    const client = plain("latchctl.1");
    for (const { name } of commands) assert.ok(client.includes(`\n.B call ${name}`), name);
    const daemon = plain("latchd.8");
    for (const { flags } of daemonProgram().options)
      assert.ok(daemon.includes(`\n.B ${flags}\n`), flags);
  });

  it("show the whole example configuration", () => {
    const page = plain("latchd.yaml.5");
    for (const line of example.trimEnd().split("\n"))
      assert.ok(page.includes(line.replaceAll("…", "...")), line);
  });

  it("have no line that roff takes for a request by mistake", () => {
    const requests = /^\.(TH|SH|TP|PP|B|I|RS|RE|nf|fi|SS)( |$)/;
    for (const [name, text] of pages)
      for (const line of text.split("\n"))
        assert.ok(!/^[.']/.test(line) || requests.test(line), `${name}: ${line}`);
  });
});

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { commands } from "../../../daemon/commands/table.ts";
import { errorTable } from "../../../daemon/core/model/errors.ts";
import { projectRoot } from "../../support/project-root.ts";
import { apiReference } from "../../support/rest/api-reference.ts";
import { publishedCalls } from "../../system/contract/published-calls.ts";

const file = join(projectRoot(), "docs", "api.md");

describe("docs/api.md", () => {
  it("agrees with the table of commands; LATCHD_WRITE_DOCS=1 writes it again", () => {
    const wanted = apiReference(commands);
    if (process.env["LATCHD_WRITE_DOCS"] === "1") writeFileSync(file, wanted);
    assert.equal(readFileSync(file, "utf8"), wanted);
  });

  it("has every call of the open platform API V1.6 in its first table", () => {
    const text = apiReference(commands);
    const first = text.slice(text.indexOf("## Calls of"), text.indexOf("## latchd's own"));
    for (const { name } of publishedCalls) {
      const row = first.split("\n").find((line) => line.startsWith(`| \`${name}\` |`));
      assert.ok(row !== undefined, name);
      const errors = commands.find((command) => command.name === name)?.errors ?? [];
      for (const code of errors) assert.ok(row.includes(String(errorTable[code].errNo)), row);
    }
  });
});

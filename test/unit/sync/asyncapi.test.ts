import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { commands } from "../../../daemon/commands/table.ts";
import { eventNames } from "../../../daemon/core/model/journal.ts";
import { asyncApi } from "../../../sync/asyncapi.ts";
import { projectRoot } from "../../support/project-root.ts";

const rootFile = (path: string) => readFileSync(join(projectRoot(), path), "utf8");

describe("docs/asyncapi.json", () => {
  it("matches the schemas (if not: npm run docs)", () => {
    const written: { info: { version: string } } = JSON.parse(rootFile("docs/asyncapi.json"));
    assert.deepEqual(written, asyncApi(written.info.version));
  });

  it("has every command and every event, and no reference without a target", () => {
    const document = asyncApi("1");
    const text = JSON.stringify(document);
    for (const { name } of commands) assert(text.includes(`"command":{"const":"${name}"}`), name);
    for (const name of eventNames) assert(text.includes(`"${name}"`), name);
    for (const [, path = ""] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      let target: unknown = document;
      for (const step of path.split("/")) {
        assert(typeof target === "object" && target !== null && step in target, path);
        target = Reflect.get(target, step);
      }
    }
  });
});

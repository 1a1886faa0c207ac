import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { commands } from "../../../daemon/commands/table.ts";
import { eventNames } from "../../../daemon/core/model/journal.ts";
import { asyncApi } from "../../../sync/asyncapi.ts";

/** From wherever the tests were built to. */
function rootFile(path: string): string {
  for (let folder = new URL("../../sync/", import.meta.url); ; folder = new URL("../../", folder)) {
    const file = new URL(path, folder);
    if (existsSync(new URL("package.json", folder))) return readFileSync(file, "utf8");
    if (folder.pathname === "/") throw new Error(`no ${path}`);
  }
}

describe("docs/asyncapi.json", () => {
  it("is what the schemas say now; else run npm run docs", () => {
    const written: { info: { version: string } } = JSON.parse(rootFile("docs/asyncapi.json"));
    assert.deepEqual(written, asyncApi(written.info.version));
  });

  it("has every command and every event, and refers to nothing that is not there", () => {
    const document = asyncApi("1");
    const text = JSON.stringify(document);
    for (const { name } of commands) assert(text.includes(`"command":{"const":"${name}"}`), name);
    for (const name of eventNames) assert(text.includes(`"${name}"`), name);
    for (const [, path = ""] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      let place: unknown = document;
      for (const step of path.split("/")) {
        assert(typeof place === "object" && place !== null && step in place, path);
        place = Reflect.get(place, step);
      }
    }
  });
});

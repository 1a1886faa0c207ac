import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, it } from "node:test";
import { eventNames } from "../../../daemon/core/model/journal.ts";
import { projectRoot } from "../../support/project-root.ts";

const root = projectRoot();
const page = join(root, "daemon", "page", "src");
/** The only files outside the page's folder that it may name: types and limits, made from the API's document. */
const apiTypes = join(root, "dist", "page-types", "openapi.d.ts");
const apiLimits = join(root, "dist", "page-types", "limits.ts");

/** The files that a source file of the page imports, as absolute paths. */
function importedFiles(path: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  const found = text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return Array.from(found, ([, name = ""]) => resolve(dirname(path), name));
}

function sources(): readonly string[] {
  return readdirSync(page, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => join(page, path));
}

describe("the page's imports", () => {
  it("name no file of the daemon but the types and limits made from the API's document", () => {
    const foreign = sources().flatMap((path) =>
      importedFiles(path)
        .filter((file) => !file.startsWith(page + sep) && ![apiTypes, apiLimits].includes(file))
        .map((file) => `${relative(root, path)} imports ${relative(root, file)}`),
    );
    assert.deepEqual(foreign, []);
  });

  it("are found by this test", () => {
    const named = importedFiles(join(page, "api", "call.ts"));
    assert.deepEqual(named, [apiTypes]);
  });
});

describe("the page's live events", () => {
  it("are all that the gateway's journal has", () => {
    const text = readFileSync(join(page, "api", "live-events.ts"), "utf8");
    const list = text.slice(text.indexOf("const eventNames = ["));
    const names = Array.from(list.matchAll(/"(\w+)"/g), ([, name]) => name);
    assert.deepEqual(names, [...eventNames]);
  });
});

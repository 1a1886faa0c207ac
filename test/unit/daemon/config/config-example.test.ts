import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { TSchema } from "typebox";
import { schemaInfo } from "../../../../daemon/base/schema-info.ts";
import { checkDocument, type Fault, parseYaml } from "../../../../daemon/config/document.ts";
import { configSchema } from "../../../../daemon/config/schema.ts";
import { projectRoot } from "../../../support/project-root.ts";

const text = readFileSync(join(projectRoot(), "systemd", "latchd.yaml"), "utf8");

/** With every key that is commented out taken in: a `#`, a space, and then a key. */
const everything = text.replaceAll(/^( *)# ( *[a-z0-9_]+:( .*)?)$/gm, "$1$2");

function documentOf(yaml: string): unknown {
  const faults: Fault[] = [];
  const document = parseYaml(yaml, faults);
  assert.deepEqual(faults, []);
  return document;
}

/** Paths of the schema's keys that are no sections, with their schemas. */
function leavesOf(schema: TSchema, path: readonly string[] = []): Map<string, TSchema> {
  const words = schemaInfo(schema);
  if (words.type !== "object") return new Map([[path.join("."), schema]]);
  return new Map(
    [...words.properties].flatMap(([key, field]) => [...leavesOf(field, [...path, key])]),
  );
}

function valueAt(document: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((section, key) => {
    return typeof section === "object" && section !== null ? Reflect.get(section, key) : undefined;
  }, document);
}

describe("the settings that are shipped", () => {
  it("name every key of the schema, and no other", () => {
    const document = documentOf(everything);
    const missing = [...leavesOf(configSchema).keys()].filter(
      (path) => valueAt(document, path) === undefined,
    );
    assert.deepEqual(missing, []);
    const faults: Fault[] = [];
    checkDocument(configSchema, document, { path: "", faults });
    assert.deepEqual(faults, []);
  });

  it("explain every key on its line, above it, or at the key above it", () => {
    const unexplained: string[] = [];
    let isExplained = false;
    for (const line of text.split("\n")) {
      const [, key, value, comment] =
        /^ *(?:# *)?([a-z0-9_]+):(?: +([^# ][^#]*))?( *#.*)?$/.exec(line) ?? [];
      if (key === undefined) isExplained = line.includes("# ");
      else if (value === undefined) isExplained = comment !== undefined;
      else {
        isExplained ||= comment !== undefined;
        if (!isExplained) unexplained.push(key);
      }
    }
    assert.deepEqual(unexplained, []);
  });

  it("show the default of every key that is commented out and has one", () => {
    const document = documentOf(everything);
    const given = documentOf(text);
    for (const [path, schema] of leavesOf(configSchema)) {
      const { fallback } = schemaInfo(schema);
      if (fallback === undefined || valueAt(given, path) !== undefined) continue;
      assert.deepEqual(String(valueAt(document, path)), String(fallback), path);
    }
  });
});

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import Type from "typebox";
import type { JsonObject } from "../../../daemon/base/json.ts";
import { isJsonObject, type Json } from "../../../daemon/base/json.ts";
import { commands } from "../../../daemon/commands/table.ts";
import { actionCommands } from "../../../daemon/tuya-actions/table.ts";
import { projectRoot } from "../../support/project-root.ts";
import { fieldsOf, wireContract } from "../../support/wire/wire-contract.ts";

const file = join(projectRoot(), "test", "unit", "rules", "wire.json");

const actions = actionCommands({
  timeZone: "UTC",
  workingDay: "sunday_lowest",
  messages: { handOver: () => assert.fail("nothing is sent here") },
  randomDigits: () => "000000",
});

describe("the wire contract", () => {
  it("is what test/unit/rules/wire.json says; LATCHD_WRITE_DOCS=1 writes the file again", () => {
    const now = wireContract(commands, actions);
    if (process.env["LATCHD_WRITE_DOCS"] === "1") {
      writeFileSync(file, `${JSON.stringify(now, null, 1)}\n`);
    }
    const committed: Json = JSON.parse(readFileSync(file, "utf8"));
    assert.ok(isJsonObject(committed));
    assert.deepEqual(
      differences(committed, JSON.parse(JSON.stringify(now)), ""),
      [],
      "callers rely on these names, types and codes. If you mean to change them, run `npm run docs` and commit wire.json",
    );
  });

  it("names each difference by its path", () => {
    const before = { calls: { add: { takes: { "a?": "string" } } }, errors: { busy: "1" } };
    const now = { calls: { add: { takes: { a: "string" } } }, errors: { busy: "2" } };
    assert.deepEqual(differences(before, now, ""), [
      'calls.add.takes.a?: was "string", is nothing',
      'calls.add.takes.a: was nothing, is "string"',
      'errors.busy: was "1", is "2"',
    ]);
  });

  it("shows a field's type, its limits and whether it may be absent, and no text", () => {
    const schema = Type.Object(
      {
        code: Type.String({ pattern: "^[0-9]+$", description: "digits" }),
        days: Type.Optional(Type.Array(Type.Object({ day: Type.Integer({ minimum: 1 }) }))),
        way: Type.Union([Type.Literal("b"), Type.Literal("a"), Type.Null()]),
        either: Type.Union([Type.Object({ x: Type.Null() }), Type.Object({ y: Type.Boolean() })]),
      },
      { additionalProperties: false, description: "text" },
    );
    assert.deepEqual(fieldsOf(schema), {
      code: 'string, pattern "^[0-9]+$"',
      "days?": "array, of object",
      "days?.[].day": "integer, minimum 1",
      way: '"a" | "b" | null',
      either: "object | object",
      "either.(1) x": "null",
      "either.(2) y": "boolean",
      itself: "object, additionalProperties false",
    });
  });
});

function differences(before: Json, now: Json, path: string): readonly string[] {
  if (isJsonObject(before) && isJsonObject(now)) {
    const names = new Set([...Object.keys(before), ...Object.keys(now)]);
    return [...names].flatMap((name) => differencesAt(before, now, { name, path }));
  }
  const [was, is] = [JSON.stringify(before), JSON.stringify(now)];
  return was === is ? [] : [`${path}: was ${was}, is ${is}`];
}

function differencesAt(
  before: JsonObject,
  now: JsonObject,
  { name, path }: { readonly name: string; readonly path: string },
): readonly string[] {
  const inner = path === "" ? name : `${path}.${name}`;
  const [was, is] = [before[name], now[name]];
  if (was === undefined) return [`${inner}: was nothing, is ${JSON.stringify(is)}`];
  if (is === undefined) return [`${inner}: was ${JSON.stringify(was)}, is nothing`];
  return differences(was, is, inner);
}

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { patternWords } from "../../../../../daemon/base/pattern-words.ts";
import { type SchemaInfo, schemaInfo } from "../../../../../daemon/base/schema-info.ts";
import { valueFaults } from "../../../../../daemon/base/value-faults.ts";
import { requireValid } from "../../../../../daemon/commands/schema/schema-faults.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import { GatewayError } from "../../../../../daemon/core/model/errors.ts";
import { actionCommands } from "../../../../../daemon/tuya-actions/table.ts";
import { commandSchema } from "../../../../../sync/down/command-envelope.ts";
import { syncSchemas } from "../../../../../sync/down/sync-messages.ts";
import { aLockId } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const actions = actionCommands({
  timeZone: "UTC",
  workingDay: "sunday_lowest",
  messages: { handOver: () => Promise.resolve(true) },
  randomDigits: () => "000000",
});

/** Everything that somebody may send, by its name. */
const inputs: readonly (readonly [string, TSchema])[] = [
  ...[...commands, ...actions].map(({ name, input }) => [name, input] as const),
  ["down/command", commandSchema],
  ...Object.entries(syncSchemas),
];

/** Words of validators and regular expressions, which mean nothing to a caller. */
const foreignWords =
  /must match|pattern|anyOf|allOf|oneOf|schema|equal to|constant|allowed values|additional|propert|undefined|\^|\\u|\[object/;

const nowMs = 1_800_000_000_000;
const oddValues: readonly unknown[] = [
  ...[null, true, false, -1, 0.5, 7, nowMs, 1e300, "", "?\u0001", "x".repeat(5000), "soon"],
  ...[[], {}, [null], { colour: 1 }, Array<string>(300).fill("\u0001"), "0x1", "12345"],
];

interface Field {
  /** Where it is, with a number for an item of a list. */
  readonly path: readonly string[];
  readonly schema: TSchema;
}

/** Returns every field of a schema, down to the items of lists and the members of unions. */
function fieldsOf(schema: TSchema, path: readonly string[]): readonly Field[] {
  const { anyOf, items, properties } = schemaInfo(schema);
  const inner = [
    ...[...properties].flatMap(([name, field]) => fieldsOf(field, [...path, name])),
    ...(items === undefined ? [] : fieldsOf(items, [...path, "0"])),
    ...anyOf.flatMap((member) => fieldsOf(member, path).filter((one) => one.path !== path)),
  ];
  return path.length === 0 ? inner : [{ path, schema }, ...inner];
}

function holding(path: readonly string[], value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  return head === "0" ? [holding(rest, value)] : { [head]: holding(rest, value) };
}

/** Returns what a text about a field must say: the values, limits and shapes that its schema accepts. */
function acceptedParts(schema: TSchema): readonly string[] {
  const info = schemaInfo(schema);
  if (info.anyOf.length > 0) return info.anyOf.flatMap(acceptedParts);
  if (info.constant !== undefined) return [String(info.constant)];
  if (info.choices.length > 0) return info.choices.map(String);
  if (info.pattern !== undefined) return [wordsOf(info)];
  const isTime = info.maximum === 32_503_680_000 || info.maximum === 253_402_300_799;
  if (isTime) return ["Unix seconds"];
  const limits = [info.minimum, info.maximum, info.maxLength, info.maxItems];
  const shape = { integer: "whole number", string: "text", array: "list", object: "object" };
  const word = Object.entries(shape).find(([type]) => type === info.type)?.[1] ?? "";
  return [word, ...limits.filter((limit) => limit !== undefined).map(String)];
}

function wordsOf({ pattern = "", description = "" }: SchemaInfo): string {
  return patternWords.get(pattern) ?? description;
}

function messageOf(schema: TSchema, params: unknown): string {
  try {
    requireValid(schema, params);
    return "";
  } catch (error) {
    assert.ok(error instanceof GatewayError && error.code === "badParameters");
    return error.message;
  }
}

describe("the text of a value that a field does not accept", () => {
  const fields = inputs.flatMap(([name, schema]) =>
    fieldsOf(schema, []).map((field) => ({ name, input: schema, ...field })),
  );

  it("names the field and what is accepted, for every field of every command and message", () => {
    let checked = 0;
    for (const { name, input, path, schema } of fields) {
      const validator = Compile(schema);
      const parts = acceptedParts(schema);
      for (const value of oddValues.filter((one) => !validator.Check(one))) {
        const field = path.join(".");
        const texts = valueFaults(input, holding(path, value))
          .filter((fault) => fault.field === field)
          .map(({ text }) => text);
        // A fault inside the value names the part of it.
        if (texts.length === 0 && typeof value === "object" && value !== null) continue;
        const about = `${name} ${field} = ${JSON.stringify(value).slice(0, 40)}: ${texts}`;
        const [text = ""] = texts;
        const isMs = text === "that is milliseconds: give Unix seconds";
        assert.ok(isMs || parts.every((part) => text.includes(part)), `${about} lacks ${parts}`);
        assert.doesNotMatch(text, foreignWords, about);
        checked += 1;
      }
    }
    assert.ok(fields.length > 200 && checked > 2000, `${checked} texts of ${fields.length} fields`);
  });

  it("is there exactly when the validator refuses the value", () => {
    for (const { name, path, schema } of fields) {
      const validator = Compile(schema);
      for (const value of oddValues) {
        const hasText = valueFaults(schema, value).length > 0;
        const about = `${name} ${path.join(".")} = ${JSON.stringify(value).slice(0, 40)}`;
        assert.equal(hasText, !validator.Check(value), about);
      }
    }
  });

  it("has no word of a validator and no value in it, whatever the parameters are", () => {
    for (const [name, schema] of inputs) {
      for (const value of [null, 7, "864209", [], {}, { secret_field: "864209" }]) {
        const message = messageOf(schema, value);
        assert.doesNotMatch(message, foreignWords, name);
        assert.ok(!message.includes("864209"), `${name}: ${message}`);
      }
    }
  });

  it("describes every pattern in words", () => {
    for (const { name, path, schema } of fields) {
      const info = schemaInfo(schema);
      if (info.pattern === undefined) continue;
      const about = `${name} ${path.join(".")}: ${info.pattern} has no row in pattern-words.ts`;
      assert.notEqual(wordsOf(info), "", about);
      assert.doesNotMatch(wordsOf(info), foreignWords, about);
    }
  });
});

const socketCaller = {
  transport: "socket",
  name: "local",
  scope: "manager",
  origin: "local",
} as const;

describe("the text of a wrong field", () => {
  const cases: readonly (readonly [string, object, string])[] = [
    [
      "add_password",
      { uuid: aLockId, password: 246_810 },
      "password: must be six digits as text (at the gateway itself and on its page 4 to 10), not a number",
    ],
    [
      "set_log_level",
      { level: "loud" },
      "level: must be one of trace, debug, info, warn, error, fatal",
    ],
    ["set_log_level", {}, "level: is missing; give one of trace, debug, info, warn, error, fatal"],
    [
      "add_password",
      { uuid: aLockId, password: "246810", permission_end: 1_800_000_000_000 },
      "permission_end: that is milliseconds: give Unix seconds",
    ],
    ["permit_join", { seconds: 300 }, "seconds: must be a whole number from 0 to 254"],
    ["doctor", { colour: 1 }, "colour: is not known here; no fields are"],
  ];
  let room: CommandRoom;

  before(async () => {
    room = await CommandRoom.open();
    await room.addLock();
  });
  after(() => room.close());

  it("is the same at REST, over MQTT and at the socket", async () => {
    for (const [index, [command, params, text]] of cases.entries()) {
      const rest = await room.call(command, params);
      const local = await room.executor.execute({ command, params, caller: socketCaller });
      await room.executor.executeFromCloud({ id: `c${index}`, command, params });
      const last = (await room.journal()).at(-1);
      const cloud = last?.kind === "reply" ? last.errMsg : "";
      assert.deepEqual([rest.ErrMsg, local.ErrMsg, cloud], [text, text, text]);
    }
  });
});

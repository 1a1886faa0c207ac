import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Type as TypeBox } from "typebox";
import { Check } from "typebox/value";
import { Type as Plain } from "../../../../daemon/config/schema-builders.ts";
import { matchesSchema } from "../../../../daemon/config/schema-check.ts";

/** Every word that the configuration's schema is made of. */
function everyWord(Type: Pick<typeof TypeBox, keyof typeof Plain>) {
  const closed = { additionalProperties: false };
  return Type.Object(
    {
      flag: Type.Boolean({ default: false }),
      whole: Type.Integer({ minimum: 2, maximum: 9, default: 3 }),
      text: Type.Optional(Type.String({ pattern: "^[a-z]{1,3}$", description: "letters" })),
      words: Type.Enum(["5", "3.1.1"], { default: "5" }),
      port: Type.Union([Type.Literal(false), Type.Integer({ minimum: 0, maximum: 65_535 })]),
      hosts: Type.Array(Type.String({ pattern: "^[a-z.]{1,8}$" }), {
        minItems: 1,
        maxItems: 2,
        default: [],
      }),
      inner: Type.Optional(Type.Object({ one: Type.Optional(Type.Integer()) }, closed)),
    },
    closed,
  );
}

const valid = fc.record(
  {
    flag: fc.boolean(),
    whole: fc.integer({ min: 0, max: 11 }),
    text: fc.string({ maxLength: 4 }),
    words: fc.constantFrom("5", "3.1.1", "4", 5),
    port: fc.oneof(fc.constant(false), fc.integer({ min: -1, max: 65_536 }), fc.constant(true)),
    hosts: fc.array(fc.constantFrom("a.b", "UPPER", "", "toolonghost"), { maxLength: 3 }),
    inner: fc.oneof(fc.record({ one: fc.anything() }, { requiredKeys: [] }), fc.anything()),
    stranger: fc.anything(),
  },
  { requiredKeys: ["flag", "whole", "words", "port", "hosts"] },
);

describe("the configuration's own schema builders and checker", () => {
  it("build the schemas that TypeBox builds", () => {
    assert.deepEqual(
      JSON.parse(JSON.stringify(everyWord(Plain))),
      JSON.parse(JSON.stringify(everyWord(TypeBox))),
    );
  });

  it("accept the values that TypeBox accepts", () => {
    const [plain, typeBox] = [everyWord(Plain), everyWord(TypeBox)];
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: valid }, fc.anything()), (value) => {
        assert.equal(matchesSchema(plain, value), Check(typeBox, value));
      }),
      { numRuns: 2_000 },
    );
  });

  it("refuse a schema with a keyword that they do not check", () => {
    const schema = Plain.String({ minLength: 3 });
    assert.throws(() => matchesSchema(schema, "abc"), /minLength/);
  });

  it("agree with TypeBox at every limit of every keyword", () => {
    const right = { flag: true, whole: 2, words: "5", port: false, hosts: ["a"] };
    const values = [
      right,
      { ...right, text: "abc", inner: {}, port: 65_535, hosts: ["a", "b.c"], whole: 9 },
      { ...right, inner: undefined, text: undefined },
      { ...right, whole: undefined },
      { ...right, text: "abcd" },
      { ...right, whole: 1 },
      { ...right, whole: 2.5 },
      { ...right, whole: Number.NaN },
      { ...right, port: true },
      { ...right, hosts: [] },
      { ...right, hosts: ["a", "b", "c"] },
      { ...right, inner: { two: 2 } },
      { ...right, inner: null },
      { ...right, more: 1 },
      { ...right, flag: undefined },
      [],
      null,
    ];
    for (const value of values) {
      assert.equal(matchesSchema(everyWord(Plain), value), Check(everyWord(TypeBox), value));
    }
  });
});

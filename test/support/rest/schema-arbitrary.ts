import fc from "fast-check";
import type { TSchema } from "typebox";
import { schemaInfo } from "../../../daemon/base/schema-info.ts";

/** Values that a schema takes, for requests that are nearly right. `known` are texts that name what there is. */
export function arbitraryOf(schema: TSchema, known: readonly string[]): fc.Arbitrary<unknown> {
  const words = schemaInfo(schema);
  if (words.constant !== undefined) return fc.constant(words.constant);
  if (words.choices.length > 0) return fc.constantFrom(...words.choices);
  if (words.anyOf.length > 0) {
    return fc.oneof(...words.anyOf.map((member) => arbitraryOf(member, known)));
  }
  const { minimum = 0, maximum = 1_000_000 } = words;
  switch (words.type) {
    case "string":
      return textOf(schema, known);
    case "integer":
      return fc.integer({ min: minimum, max: Math.min(maximum, minimum + 2 ** 30) });
    case "number":
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return words.items === undefined
        ? fc.constant([])
        : fc.array(arbitraryOf(words.items, known), { minLength: 1, maxLength: 3 });
    case "object":
      return objectOf(schema, known);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectOf(schema: TSchema, known: readonly string[]): fc.Arbitrary<unknown> {
  const { properties, required } = schemaInfo(schema);
  const fields = [...properties].map(([name, inner]) => [name, arbitraryOf(inner, known)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
}

function textOf(schema: TSchema, known: readonly string[]): fc.Arbitrary<string> {
  const pattern = "pattern" in schema && typeof schema.pattern === "string" ? schema.pattern : null;
  if (pattern === null) {
    return fc.oneof(fc.constantFrom(...known), fc.string({ minLength: 1, maxLength: 20 }));
  }
  const rule = new RegExp(pattern);
  const fitting = known.filter((text) => rule.test(text));
  const made = fc.stringMatching(rule, { size: "xsmall" });
  return fitting.length === 0
    ? made
    : fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...fitting) },
        { weight: 1, arbitrary: made },
      );
}

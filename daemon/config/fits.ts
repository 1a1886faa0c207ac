import type { Static, TSchema } from "typebox";
import { type SchemaInfo, schemaInfo } from "../commands/schema/schema-info.ts";

/** Whether a value of the configuration is what its schema says; see `plain-type.ts` for the words. */
export function fits<S extends TSchema>(schema: S, value: unknown): value is Static<S> {
  return isFitting(schema, value);
}

/** What is understood here. Another word would be let pass without a look, so it is refused. */
const understood: ReadonlySet<string> = new Set([
  ...["type", "description", "default", "const", "enum", "anyOf", "pattern", "minimum", "maximum"],
  ...["items", "minItems", "maxItems", "properties", "required", "additionalProperties"],
]);

function isFitting(schema: TSchema, value: unknown): boolean {
  for (const word of Object.keys(schema)) {
    if (!understood.has(word)) throw new Error(`the configuration's schema says ${word}`);
  }
  const words = schemaInfo(schema);
  if (words.anyOf.length > 0) return words.anyOf.some((member) => isFitting(member, value));
  if (words.constant !== undefined) return value === words.constant;
  if (words.choices.length > 0) return words.choices.includes(value);
  switch (words.type) {
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return (
        typeof value === "number" &&
        Number.isInteger(value) &&
        value >= (words.minimum ?? Number.NEGATIVE_INFINITY) &&
        value <= (words.maximum ?? Number.POSITIVE_INFINITY)
      );
    case "string":
      return typeof value === "string" && matches(schema, value);
    case "array":
      return Array.isArray(value) && fitsList(schema, value);
    case "object":
      return typeof value === "object" && value !== null && isSection(words, value);
    default:
      throw new Error(`the configuration has no values of type ${words.type}`);
  }
}

function matches(schema: TSchema, text: string): boolean {
  const pattern: unknown = Reflect.get(schema, "pattern");
  return typeof pattern !== "string" || new RegExp(pattern, "u").test(text);
}

function fitsList(schema: TSchema, list: readonly unknown[]): boolean {
  const { items } = schemaInfo(schema);
  const minItems: unknown = Reflect.get(schema, "minItems");
  if (typeof minItems === "number" && list.length < minItems) return false;
  const maxItems: unknown = Reflect.get(schema, "maxItems");
  if (typeof maxItems === "number" && list.length > maxItems) return false;
  return items === undefined || list.every((item) => isFitting(items, item));
}

/** Sections are closed: a key that is not described does not fit. */
function isSection({ properties, required }: SchemaInfo, section: object): boolean {
  const given = new Map<string, unknown>(Object.entries(section));
  for (const name of required) if (!given.has(name)) return false;
  for (const [name, value] of given) {
    const schema = properties.get(name);
    if (schema === undefined) return false;
    // As TypeBox has it: what is there and undefined counts as left out.
    const isLeftOut = value === undefined && !required.has(name);
    if (!isLeftOut && !isFitting(schema, value)) return false;
  }
  return true;
}

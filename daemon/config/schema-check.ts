import type { Static, TSchema } from "typebox";
import { type SchemaInfo, schemaInfo } from "../base/schema-info.ts";

/** Returns whether a value of the configuration matches its schema, which `schema-builders.ts` has built. */
export function matchesSchema<S extends TSchema>(schema: S, value: unknown): value is Static<S> {
  return accepts(schema, value);
}

/** The keywords that are checked here. Another keyword would pass unchecked, so it is an error. */
const checkedKeywords: ReadonlySet<string> = new Set([
  ...["type", "description", "default", "const", "enum", "anyOf", "pattern", "minimum", "maximum"],
  ...["items", "minItems", "maxItems", "properties", "required", "additionalProperties"],
]);

function accepts(schema: TSchema, value: unknown): boolean {
  for (const keyword of Object.keys(schema)) {
    if (!checkedKeywords.has(keyword)) {
      throw new Error(`the configuration's schema has the unknown keyword ${keyword}`);
    }
  }
  const info = schemaInfo(schema);
  if (info.anyOf.length > 0) return info.anyOf.some((member) => accepts(member, value));
  if (info.constant !== undefined) return value === info.constant;
  if (info.choices.length > 0) return info.choices.includes(value);
  return matchesType(schema, info, value);
}

function matchesType(schema: TSchema, info: SchemaInfo, value: unknown): boolean {
  switch (info.type) {
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return typeof value === "number" && Number.isInteger(value) && isInRange(info, value);
    case "string":
      return typeof value === "string" && matchesPattern(schema, value);
    case "array":
      return Array.isArray(value) && matchesList(schema, value);
    case "object":
      return typeof value === "object" && value !== null && matchesSection(info, value);
    default:
      throw new Error(`the configuration has no values of type ${info.type}`);
  }
}

function isInRange({ minimum, maximum }: SchemaInfo, value: number): boolean {
  return (
    value >= (minimum ?? Number.NEGATIVE_INFINITY) && value <= (maximum ?? Number.POSITIVE_INFINITY)
  );
}

function matchesPattern(schema: TSchema, text: string): boolean {
  const pattern: unknown = Reflect.get(schema, "pattern");
  return typeof pattern !== "string" || new RegExp(pattern, "u").test(text);
}

function matchesList(schema: TSchema, list: readonly unknown[]): boolean {
  const { items } = schemaInfo(schema);
  const minItems: unknown = Reflect.get(schema, "minItems");
  if (typeof minItems === "number" && list.length < minItems) return false;
  const maxItems: unknown = Reflect.get(schema, "maxItems");
  if (typeof maxItems === "number" && list.length > maxItems) return false;
  return items === undefined || list.every((item) => accepts(items, item));
}

/** Sections are closed: a key without a schema does not match. */
function matchesSection({ properties, required }: SchemaInfo, section: object): boolean {
  const given = new Map<string, unknown>(Object.entries(section));
  for (const name of required) if (!given.has(name)) return false;
  for (const [name, value] of given) {
    const schema = properties.get(name);
    if (schema === undefined) return false;
    // As in TypeBox: an undefined value counts as absent.
    const isAbsent = value === undefined && !required.has(name);
    if (!isAbsent && !accepts(schema, value)) return false;
  }
  return true;
}

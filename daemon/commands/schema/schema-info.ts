import type { TSchema } from "typebox";

/** What help texts and readers of text need to know of a schema. */
export interface SchemaInfo {
  /** JSON Schema `type`; undefined for unions and literals of mixed types. */
  readonly type: string | undefined;
  readonly description: string | undefined;
  readonly constant: string | number | boolean | null | undefined;
  readonly choices: readonly unknown[];
  /** Members of a union; empty when it is none. */
  readonly anyOf: readonly TSchema[];
  /** Fields of an object, in the order they were written. */
  readonly properties: ReadonlyMap<string, TSchema>;
  readonly required: ReadonlySet<string>;
  readonly items: TSchema | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly fallback: unknown;
}

/** Reads a schema as the JSON Schema that it is. */
export function schemaInfo(schema: TSchema): SchemaInfo {
  const words = new Map<string, unknown>(Object.entries(schema));
  return {
    type: textOf(words.get("type")),
    description: textOf(words.get("description")),
    constant: constantOf(words.get("const")),
    choices: listOf(words.get("enum")),
    anyOf: listOf(words.get("anyOf")).filter(isSchema),
    properties: new Map(
      Object.entries(objectOf(words.get("properties"))).filter(
        (entry): entry is [string, TSchema] => isSchema(entry[1]),
      ),
    ),
    required: new Set(listOf(words.get("required")).filter((name) => typeof name === "string")),
    items: isSchema(words.get("items")) ? objectOf(words.get("items")) : undefined,
    minimum: numberOf(words.get("minimum")),
    maximum: numberOf(words.get("maximum")),
    fallback: words.get("default"),
  };
}

/** A field's type in one word or a few, for help: `integer`, `0 | 1`, `text, repeated`. */
export function describeType(schema: TSchema): string {
  const words = schemaInfo(schema);
  if (words.constant !== undefined) {
    return String(words.constant);
  }
  if (words.choices.length > 0) {
    return words.choices.map(String).join(" | ");
  }
  if (words.anyOf.length > 0) {
    return words.anyOf.map(describeType).join(" | ");
  }
  switch (words.type) {
    case "string":
      return "text";
    case "array":
      return words.items === undefined ? "list" : `${describeType(words.items)}, repeated`;
    case "integer":
    case "number":
      return words.minimum !== undefined && words.maximum !== undefined
        ? `${words.minimum} … ${words.maximum}`
        : words.type;
    case undefined:
      return "value";
    default:
      return words.type;
  }
}

function isSchema(value: unknown): value is TSchema {
  return typeof value === "object" && value !== null;
}

function objectOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function constantOf(value: unknown): SchemaInfo["constant"] {
  return value === null ||
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
    ? value
    : undefined;
}

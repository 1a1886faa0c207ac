import type { TSchema } from "typebox";

/** What help texts and readers of texts must know about a schema. */
export interface SchemaInfo {
  /** JSON Schema `type`; undefined for unions and literals of mixed types. */
  readonly type: string | undefined;
  readonly description: string | undefined;
  readonly constant: string | number | boolean | null | undefined;
  readonly choices: readonly unknown[];
  /** Members of a union; empty if it is none. */
  readonly anyOf: readonly TSchema[];
  /** Fields of an object, in the sequence in which they were written. */
  readonly properties: ReadonlyMap<string, TSchema>;
  readonly required: ReadonlySet<string>;
  readonly items: TSchema | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  /** Values must be greater than this; undefined = no such limit. */
  readonly exclusiveMinimum: number | undefined;
  /** A regular expression that a text must match, with the flag `u`. */
  readonly pattern: string | undefined;
  /** Limits of a text, in code points. */
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
  /** Fields without a schema are refused. */
  readonly isClosed: boolean;
  readonly fallback: unknown;
}

/** Returns the JSON Schema keywords of a schema. */
export function schemaInfo(schema: TSchema): SchemaInfo {
  const keywords = new Map<string, unknown>(Object.entries(schema));
  return {
    type: textOf(keywords.get("type")),
    description: textOf(keywords.get("description")),
    constant: constantOf(keywords.get("const")),
    choices: listOf(keywords.get("enum")),
    anyOf: listOf(keywords.get("anyOf")).filter(isSchema),
    properties: new Map(
      Object.entries(objectOf(keywords.get("properties"))).filter(
        (entry): entry is [string, TSchema] => isSchema(entry[1]),
      ),
    ),
    required: new Set(listOf(keywords.get("required")).filter((name) => typeof name === "string")),
    items: isSchema(keywords.get("items")) ? objectOf(keywords.get("items")) : undefined,
    minimum: numberOf(keywords.get("minimum")),
    maximum: numberOf(keywords.get("maximum")),
    exclusiveMinimum: numberOf(keywords.get("exclusiveMinimum")),
    pattern: textOf(keywords.get("pattern")),
    minLength: numberOf(keywords.get("minLength")),
    maxLength: numberOf(keywords.get("maxLength")),
    minItems: numberOf(keywords.get("minItems")),
    maxItems: numberOf(keywords.get("maxItems")),
    isClosed: keywords.get("additionalProperties") === false,
    fallback: keywords.get("default"),
  };
}

/** Returns a field's type in one word or a few, for help: `integer`, `0 | 1`, `text, repeated`. */
export function describeType(schema: TSchema): string {
  const keywords = schemaInfo(schema);
  if (keywords.constant !== undefined) {
    return keywords.constant === "" ? '""' : String(keywords.constant);
  }
  if (keywords.choices.length > 0) {
    return keywords.choices.map(String).join(" | ");
  }
  if (keywords.anyOf.length > 0) {
    return keywords.anyOf.map(describeType).join(" | ");
  }
  switch (keywords.type) {
    case "string":
      return "text";
    case "array":
      return keywords.items === undefined ? "list" : `${describeType(keywords.items)}, repeated`;
    case "integer":
    case "number":
      return keywords.minimum !== undefined && keywords.maximum !== undefined
        ? `${keywords.minimum} … ${keywords.maximum}`
        : keywords.type;
    case undefined:
      return "value";
    default:
      return keywords.type;
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

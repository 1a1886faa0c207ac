import type { TSchema } from "typebox";
import { acceptedText, isTimeInSeconds, listed, membersOf } from "./accepted-text.ts";
import { isObject } from "./json.ts";
import { type SchemaInfo, schemaInfo } from "./schema-info.ts";

/** What is wrong with one field. The text never quotes the value, which may be a code. */
export interface ValueFault {
  /** Names with dots between, down to the field; empty = the whole value. */
  readonly field: string;
  /** Completes a sentence that begins with the field: "must be 0 or 1", "is missing; give …". */
  readonly text: string;
}

/** A current time in milliseconds is below this; one in microseconds is not. */
const highestMs = 100_000_000_000_000;

/** Returns everything that a schema does not accept in a value, in words; empty = the value fits. */
export function valueFaults(schema: TSchema, value: unknown, field = ""): readonly ValueFault[] {
  const info = schemaInfo(schema);
  if (info.anyOf.length > 0) return unionFaults(schema, value, field);
  if (isObject(value) && info.type === "object") return sectionFaults(info, value, field);
  if (Array.isArray(value) && info.type === "array") return listFaults(schema, value, field);
  return isAccepted(info, value) ? [] : [{ field, text: wrongText(schema, value) }];
}

/** An object or a list is compared with the member that it resembles most. */
function unionFaults(schema: TSchema, value: unknown, field: string): readonly ValueFault[] {
  const { anyOf } = schemaInfo(schema);
  const tries = anyOf.map((member) => valueFaults(member, value, field));
  if (tries.some((faults) => faults.length === 0)) return [];
  const inside = tries
    .filter((faults) => faults.every((fault) => fault.field !== field))
    .sort((a, b) => a.length - b.length);
  return inside[0] ?? [{ field, text: wrongText(schema, value) }];
}

function sectionFaults(
  { properties, required, isClosed }: SchemaInfo,
  section: object,
  field: string,
): readonly ValueFault[] {
  const given = new Map<string, unknown>(Object.entries(section));
  const inside = (name: string) => (field === "" ? name : `${field}.${name}`);
  const missing = [...properties].flatMap(([name, schema]) =>
    required.has(name) && given.get(name) === undefined
      ? [{ field: inside(name), text: `is missing; give ${acceptedText(schema)}` }]
      : [],
  );
  const wrong = [...given].flatMap(([name, value]): readonly ValueFault[] => {
    const schema = properties.get(name);
    if (value === undefined) return [];
    if (schema !== undefined) return valueFaults(schema, value, inside(name));
    if (!isClosed) return [];
    const known = [...properties.keys()];
    const instead = known.length === 0 ? "no fields are" : `known are ${listed(known)}`;
    return [{ field: inside(name), text: `is not known here; ${instead}` }];
  });
  return [...missing, ...wrong];
}

function listFaults(
  schema: TSchema,
  list: readonly unknown[],
  field: string,
): readonly ValueFault[] {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schemaInfo(schema);
  if (list.length < minItems || list.length > maxItems) {
    return [{ field, text: wrongText(schema, list) }];
  }
  if (items === undefined) return [];
  const inside = (index: number) => (field === "" ? String(index) : `${field}.${index}`);
  return list.flatMap((item, index) => valueFaults(items, item, inside(index)));
}

function isAccepted(info: SchemaInfo, value: unknown): boolean {
  if (info.constant !== undefined) return value === info.constant;
  if (info.choices.length > 0) return info.choices.includes(value);
  switch (info.type) {
    case "null":
      return value === null;
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return Number.isInteger(value) && isInRange(info, Number(value));
    case "number":
      return Number.isFinite(value) && isInRange(info, Number(value));
    case "string":
      return typeof value === "string" && isText(info, value);
    case "object":
    case "array":
      return false;
    default:
      return true;
  }
}

function isInRange(info: SchemaInfo, value: number): boolean {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = info;
  const { exclusiveMinimum = Number.NEGATIVE_INFINITY } = info;
  return value >= minimum && value <= maximum && value > exclusiveMinimum;
}

function isText({ pattern, minLength = 0, maxLength }: SchemaInfo, text: string): boolean {
  const { length } = [...text];
  if (length < minLength || length > (maxLength ?? length)) return false;
  return pattern === undefined || new RegExp(pattern, "u").test(text);
}

function wrongText(schema: TSchema, value: unknown): string {
  if (membersOf(schema).some((member) => isInMilliseconds(schemaInfo(member), value))) {
    return "that is milliseconds: give Unix seconds";
  }
  const given = kindOf(value);
  const accepted = acceptedText(schema);
  return kindsOf(schema).has(given) ? `must be ${accepted}` : `must be ${accepted}, not ${given}`;
}

function isInMilliseconds(info: SchemaInfo, value: unknown): boolean {
  const isLate = typeof value === "number" && value > (info.maximum ?? value);
  return isTimeInSeconds(info) && isLate && value < highestMs;
}

/** Returns the kinds of values of which a schema accepts some. */
function kindsOf(schema: TSchema): ReadonlySet<string> {
  const { anyOf, constant, choices, type } = schemaInfo(schema);
  if (anyOf.length > 0) return new Set(anyOf.flatMap((member) => [...kindsOf(member)]));
  if (constant !== undefined) return new Set([kindOf(constant)]);
  if (choices.length > 0) return new Set(choices.map(kindOf));
  return new Set([kindNames.get(type ?? "") ?? ""]);
}

const kindNames: ReadonlyMap<string, string> = new Map([
  ["string", "text"],
  ["integer", "a number"],
  ["number", "a number"],
  ["boolean", "true or false"],
  ["null", "null"],
  ["array", "a list"],
  ["object", "an object"],
]);

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return kindNames.get(Array.isArray(value) ? "array" : typeof value) ?? "nothing";
}

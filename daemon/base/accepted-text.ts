import type { TSchema } from "typebox";
import { patternWords } from "./pattern-words.ts";
import { type SchemaInfo, schemaInfo } from "./schema-info.ts";

/** Upper limits of times in Unix seconds: the years 3000 and 9999. A current time in milliseconds is above both. */
const latestTimes: ReadonlySet<number> = new Set([32_503_680_000, 253_402_300_799]);

/** Limit of the names and values that a text lists. */
const maxListed = 64;

/** Returns whether a schema is one of a time in Unix seconds. */
export function isTimeInSeconds({ maximum }: SchemaInfo): boolean {
  return maximum !== undefined && latestTimes.has(maximum);
}

/** Returns what a schema accepts, in words that complete "must be" and "give". */
export function acceptedText(schema: TSchema): string {
  const members = membersOf(schema);
  const constants = members.flatMap((member) => constantsOf(schemaInfo(member)));
  const others = members.flatMap((member) => {
    const info = schemaInfo(member);
    return constantsOf(info).length === 0 ? [textOfType(info)] : [];
  });
  const texts = [...(constants.length === 0 ? [] : [oneOf(constants)]), ...others];
  return [...new Set(texts)].join(" or ");
}

/** Returns names in a sentence, with a limit. */
export function listed(names: readonly string[]): string {
  const rest = names.length > maxListed ? ", …" : "";
  return `${names.slice(0, maxListed).join(", ")}${rest}`;
}

/** Returns the members of a union, also of unions in it; any other schema is its own only member. */
export function membersOf(schema: TSchema): readonly TSchema[] {
  const { anyOf } = schemaInfo(schema);
  return anyOf.length === 0 ? [schema] : anyOf.flatMap(membersOf);
}

function constantsOf({ constant, choices, type }: SchemaInfo): readonly unknown[] {
  if (constant !== undefined) return [constant];
  if (type === "null") return [null];
  return type === "boolean" ? [true, false] : choices;
}

function oneOf(values: readonly unknown[]): string {
  const names = [...new Set(values.map((value) => (value === "" ? '""' : String(value))))];
  if (names.length <= 2) return names.join(" or ");
  return `one of ${listed(names)}`;
}

function textOfType(info: SchemaInfo): string {
  switch (info.type) {
    case "integer":
      return isTimeInSeconds(info)
        ? "a time in whole Unix seconds"
        : `a whole number${rangeText(info)}`;
    case "number":
      return isTimeInSeconds(info) ? "a time in Unix seconds" : `a number${rangeText(info)}`;
    case "string":
      return textOfString(info);
    case "array":
      return listText(info);
    case "object":
      return info.properties.size === 0
        ? "an object"
        : `an object with ${listed([...info.properties.keys()])}`;
    default:
      return info.description ?? "a JSON value";
  }
}

function rangeText({ minimum, maximum, exclusiveMinimum }: SchemaInfo): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  if (minimum !== undefined) return ` of ${minimum} or more`;
  return maximum === undefined ? "" : ` of ${maximum} or less`;
}

function textOfString({ pattern, description, minLength = 0, maxLength }: SchemaInfo): string {
  if (pattern !== undefined) return patternWords.get(pattern) ?? description ?? "other text";
  return `text${spanText(minLength, maxLength, "characters")}`;
}

function listText({ items, minItems = 0, maxItems }: SchemaInfo): string {
  const of = items === undefined ? "" : `, each ${acceptedText(items)}`;
  return `a list${spanText(minItems, maxItems, "items")}${of}`;
}

function spanText(least: number, most: number | undefined, unit: string): string {
  if (most === undefined) return least === 0 ? "" : ` of ${least} or more ${unit}`;
  return least === 0 ? ` of at most ${most} ${unit}` : ` of ${least} to ${most} ${unit}`;
}

import type { TSchema } from "typebox";
import type { Json } from "./json.ts";
import { schemaInfo } from "./schema-info.ts";

/**
 * Reads a text as the value that a schema describes: `"5"` is 5 for an integer, and stays a text for a string.
 * @returns the text itself if it does not fit; the check of the schema then names the fault
 */
export function readText(schema: TSchema | undefined, text: string): Json {
  if (schema === undefined) return text;
  const { constant, anyOf, type } = schemaInfo(schema);
  if (constant !== undefined) return String(constant) === text ? constant : text;
  return anyOf.length > 0 ? readMember(anyOf, text) : readType(type, text);
}

/** Returns the value of the first member of a union that the text fits. */
function readMember(members: readonly TSchema[], text: string): Json {
  for (const member of members) {
    const value = readText(member, text);
    if (typeof value !== "string" || schemaInfo(member).constant === value) return value;
  }
  return text;
}

function readType(type: string | undefined, text: string): Json {
  switch (type) {
    case "integer":
    case "number":
      return readNumber(text);
    case "boolean":
      return text === "true" || text === "false" ? text === "true" : text;
    case "null":
      return text === "null" ? null : text;
    case "array":
    case "object":
      return readJson(text);
    default:
      return text;
  }
}

/** Accepts only a number that prints as the same text: `0012`, `1e3` and ` 5` stay texts. */
function readNumber(text: string): Json {
  const value = Number(text);
  return Number.isFinite(value) && String(value) === text ? value : text;
}

function readJson(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

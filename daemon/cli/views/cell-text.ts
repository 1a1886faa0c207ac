import type { TSchema } from "typebox";
import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { schemaInfo } from "../../base/schema-info.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { nothing } from "../terminal/blocks.ts";
import { durationText, timeText, weeklyText } from "../times/time-format.ts";
import { fieldName, spaced, valueWords } from "./value-words.ts";

/** A field of a reply. */
export interface Cell {
  readonly field: string;
  readonly value: Json | undefined;
  /** Its schema; absent = not known. */
  readonly schema?: TSchema | undefined;
}

const firstTime = 1_000_000_000;
const firstMs = 1_000_000_000_000;
const timeFields =
  /(^|_)(time|begin|end|seen|at|timestamp|ctime|mtime|refreshtime|date|since|earliest|latest)$/;

/** Returns a value as a person reads it: words instead of numbers and flags, local times, no braces. */
export function cellText({ field, value, schema }: Cell, timeZone: string): string {
  if (value === null && field === "homes") return "all";
  if (value === undefined || value === null || value === "") return nothing;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return numberText({ field, value, schema }, timeZone);
  if (typeof value === "string") {
    const isWord =
      field === "command" || (schema !== undefined && schemaInfo(schema).anyOf.length > 0);
    return value === "undefined" ? "unknown" : cleanText(isWord ? spaced(value) : value);
  }
  if (isJsonList(value)) {
    const items = schema === undefined ? undefined : schemaInfo(schema).items;
    const texts = value.map((part) => cellText({ field, value: part, schema: items }, timeZone));
    return texts.length === 0 ? nothing : texts.join(", ");
  }
  return isJsonObject(value) ? objectText(value, schema, timeZone) : nothing;
}

function numberText(
  { field, value, schema }: Cell & { readonly value: number },
  timeZone: string,
): string {
  const word = valueWords[field]?.[String(value)];
  if (word !== undefined) return word;
  if (schema !== undefined && isFlag(schema)) return value === 1 ? "yes" : "no";
  if (field === "power") return value < 0 ? "unknown" : `${value} %`;
  if (timeFields.test(field)) {
    if (value === 0) return "never";
    if (value >= firstTime) return timeText(value >= firstMs ? value : value * 1000, timeZone);
  }
  if (field.endsWith("_s") || field.endsWith("_s_ago")) return durationText(value);
  return field.endsWith("_ms") ? `${Math.round(value)} ms` : String(value);
}

/** Returns whether a schema is that of a flag: 0 or 1. */
export function isFlag(schema: TSchema): boolean {
  const { anyOf } = schemaInfo(schema);
  const values = anyOf.map((member) => schemaInfo(member).constant);
  return values.length === 2 && values.includes(0) && values.includes(1);
}

function objectText(value: JsonObject, schema: TSchema | undefined, timeZone: string): string {
  const { days, start_minute: start, end_minute: end } = value;
  if (isJsonList(days) && typeof start === "number" && typeof end === "number") {
    return weeklyText({ days: days.map(String), startMinute: start, endMinute: end });
  }
  const inner = schema === undefined ? undefined : schemaInfo(schema).properties;
  const parts = Object.entries(value)
    .map(([field, part]): [string, string] => [
      fieldName(field),
      cellText({ field, value: part, schema: inner?.get(field) }, timeZone),
    ])
    .filter(([, text]) => text !== nothing);
  return parts.length === 0
    ? nothing
    : parts.map(([name, text]) => `${cleanText(name)} ${text}`).join(", ");
}

import type { TSchema } from "typebox";
import { isJsonList, type Json, type JsonObject } from "../../base/json.ts";
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
export function cellText(cell: Cell, timeZone: string): string {
  const { field, value, schema } = cell;
  if (value === null && field === "homes") return "all";
  if (value === undefined || value === null || value === "") return nothing;
  switch (typeof value) {
    case "boolean":
      return value ? "yes" : "no";
    case "number":
      return numberText({ field, value, schema }, timeZone);
    case "string":
      return stringText({ field, schema }, value);
    default:
      return isJsonList(value)
        ? listText({ field, schema }, value, timeZone)
        : objectText(value, schema, timeZone);
  }
}

function stringText({ field, schema }: Omit<Cell, "value">, value: string): string {
  const isWord =
    field === "command" || (schema !== undefined && schemaInfo(schema).anyOf.length > 0);
  if (value === "undefined") return "unknown";
  return cleanText(isWord ? spaced(value) : value);
}

function listText(
  { field, schema }: Omit<Cell, "value">,
  values: readonly Json[],
  timeZone: string,
): string {
  const items = schema === undefined ? undefined : schemaInfo(schema).items;
  const texts = values.map((value) => cellText({ field, value, schema: items }, timeZone));
  return texts.length === 0 ? nothing : texts.join(", ");
}

function numberText(
  { field, value, schema }: Cell & { readonly value: number },
  timeZone: string,
): string {
  const word = valueWords[field]?.[String(value)];
  if (word !== undefined) return word;
  if (schema !== undefined && isFlag(schema)) return value === 1 ? "yes" : "no";
  if (field === "power") return value < 0 ? "unknown" : `${value} %`;
  if (/_s(_ago)?$/.test(field)) return durationText(value);
  if (field.endsWith("_ms")) return `${Math.round(value)} ms`;
  return timeFields.test(field) ? momentText(value, timeZone) : String(value);
}

/** Returns a time in seconds or in ms; a number that is too small for a time stays as it is. */
function momentText(value: number, timeZone: string): string {
  if (value === 0) return "never";
  if (value < firstTime) return String(value);
  return timeText(value >= firstMs ? value : value * 1000, timeZone);
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

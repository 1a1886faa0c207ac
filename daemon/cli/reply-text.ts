import type { Json, JsonObject } from "../core/journal.ts";

/** A reply's fields for people: one per line, a list of records as a table. */
export function replyText(fields: JsonObject): string {
  const lines = Object.entries(fields).flatMap(([name, value]) => {
    if (isList(value) && value.length > 0 && value.every(isObject)) {
      return [`${plain(name)}:`, ...tableLines(value.filter(isObject)).map((line) => `  ${line}`)];
    }
    if (isObject(value)) {
      const inner = Object.entries(value).map(([key, part]) => ({ "": key, ...columns(part) }));
      return [`${plain(name)}:`, ...tableLines(inner).map((line) => `  ${line}`)];
    }
    return [`${plain(name)}: ${cell(value)}`];
  });
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function columns(value: Json): JsonObject {
  return isObject(value) ? value : { value };
}

function tableLines(rows: readonly JsonObject[]): readonly string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => names.map((name) => cell(row[name] ?? "")));
  const table = [names.map(plain), ...cells];
  const widths = names.map((_, at) => Math.max(...table.map((line) => line[at]?.length ?? 0)));
  return table.map((line) => line.map((text, at) => text.padEnd(widths[at] ?? 0)).join("  "));
}

function cell(value: Json): string {
  return plain(typeof value === "string" ? value : JSON.stringify(value));
}

/** A lock's name comes from elsewhere: control characters in it must not steer the terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "\u{fffd}");
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

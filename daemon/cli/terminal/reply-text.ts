import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";

/** Returns a reply's fields for people: one a line, a list of records as a table. */
export function replyText(fields: JsonObject): string {
  const lines = Object.entries(fields).flatMap(([name, value]) => {
    if (isJsonList(value) && value.length > 0 && value.every(isJsonObject)) {
      return [
        `${plain(name)}:`,
        ...tableLines(value.filter(isJsonObject)).map((line) => `  ${line}`),
      ];
    }
    if (isJsonObject(value)) {
      const inner = Object.entries(value).map(([key, part]) => ({
        "": key,
        ...columns(key, part),
      }));
      return [`${plain(name)}:`, ...tableLines(inner).map((line) => `  ${line}`)];
    }
    return [`${plain(name)}: ${cell(name, value)}`];
  });
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function columns(name: string, value: Json): JsonObject {
  return isJsonObject(value) ? value : { value: cell(name, value) };
}

function tableLines(rows: readonly JsonObject[]): readonly string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => names.map((name) => cell(name, row[name] ?? "")));
  const table = [names.map(plain), ...cells];
  const widths = names.map((_, at) => Math.max(...table.map((line) => line[at]?.length ?? 0)));
  return table.map((line) => line.map((text, at) => text.padEnd(widths[at] ?? 0)).join("  "));
}

/** Names of fields that are times, in seconds or (above the second limit) in ms. */
const times = /(^|_)(time|begin|end|seen|at|timestamp|ctime|mtime|refreshtime|date)$/;
const firstTime = 1_000_000_000;
const firstMs = 1_000_000_000_000;

function cell(name: string, value: Json): string {
  if (typeof value === "number" && value >= firstTime && times.test(name)) {
    return localTime(value >= firstMs ? value : value * 1000);
  }
  return plain(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
}

/** Returns a time in this machine's time zone, in the form that commands take. */
export function localTime(ms: number): string {
  const at = new Date(ms);
  const two = (part: number): string => String(part).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Returns a live event for a person: when, what, where, and its detail. @param line the event's JSON */
export function eventText(line: string): string {
  const event: unknown = JSON.parse(line);
  const fields = new Map<string, unknown>(
    typeof event === "object" && event !== null ? Object.entries(event) : [],
  );
  const detail = fields.get("detail");
  const rest = typeof detail === "object" && detail !== null ? Object.entries(detail) : [];
  const about = rest
    .filter(([name]) => name !== "time")
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  const at = localTime(Number(fields.get("time")) * 1000);
  const who = `${String(fields.get("nickname"))} (${String(fields.get("uuid"))})`;
  const tail = about.length === 0 ? "" : `: ${about.join(", ")}`;
  return plain(`${at}  ${String(fields.get("event"))}  ${who}${tail}`);
}

/** Removes hidden characters, because a lock's name comes from elsewhere and must not steer the terminal. */
function plain(text: string): string {
  return cleanText(text);
}

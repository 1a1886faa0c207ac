import { cleanText } from "../../core/input/plain-text.ts";
import { timeText } from "../times/time-format.ts";

/** Returns a live event for a person: when, what, where, and its detail. @param line the event's JSON */
export function eventText(line: string, timeZone: string): string {
  const event: unknown = JSON.parse(line);
  const fields = new Map<string, unknown>(
    typeof event === "object" && event !== null ? Object.entries(event) : [],
  );
  const detail = fields.get("detail");
  const rest = typeof detail === "object" && detail !== null ? Object.entries(detail) : [];
  const about = rest
    .filter(([name]) => name !== "time")
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  const at = timeText(Number(fields.get("time")) * 1000, timeZone);
  const who = `${String(fields.get("nickname"))} (${String(fields.get("uuid"))})`;
  const tail = about.length === 0 ? "" : `: ${about.join(", ")}`;
  return cleanText(`${at}  ${String(fields.get("event"))}  ${who}${tail}`);
}

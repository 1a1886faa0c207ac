import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { objects } from "../doctor/objects.ts";
import { type Block, nothing, type Row } from "../terminal/blocks.ts";
import { shortTimeText, weeklyText } from "../times/time-format.ts";
import { failureText } from "./failure-text.ts";
import type { ReplyFrame } from "./reply-blocks.ts";

const administratorId = 999;

/** The passwords: what the lock has of each, and when it opens. */
export function passwordsBlocks(fields: JsonObject, { timeZone }: ReplyFrame): readonly Block[] {
  const rows = objects(fields["passwords"]).map((record) => passwordRow(record, timeZone));
  const zone = rows.length === 0 ? [] : [{ kind: "text", text: `times: ${timeZone}` } as const];
  const none = "no password yet; the administrator's comes first: latchctl password admin LOCK";
  return [{ kind: "table", none, rows }, ...zone];
}

function passwordRow(record: JsonObject, timeZone: string): Row {
  const { id, name } = record;
  return [
    ["id", String(id)],
    ["name", id === administratorId ? "administrator" : textOf(name)],
    ["in the lock", stateText(record)],
    ["opens now", opensText(record)],
    ["when", whenText(record, timeZone)],
    ["kind", kindText(record)],
  ];
}

const changes: Readonly<Record<string, string>> = {
  1: "on its way",
  2: "being deleted",
  3: "being changed",
  4: "being frozen",
  5: "being unfrozen",
};

/** Returns how far the lock has got. */
export function stateText(record: JsonObject): string {
  const { operation, operation_stage: stage, reason, at_lock: content, confidence } = record;
  if (stage === 1) return changes[String(operation)] ?? "on its way";
  if (stage === 2) return `failed: ${failureText(reason)}`;
  if (content === "none" || content === "empty") return "not in the lock now";
  if (record["frozen"] === 1) return "frozen";
  return confidence === "confirmed" ? "yes" : "yes, as it answered";
}

function opensText({
  permission_state: state,
  frozen,
  operation,
  operation_stage: stage,
}: JsonObject) {
  if (frozen === 1 || operation === 2 || stage === 2) return "no";
  if (state !== 1) return "no";
  return stage === 3 ? "yes" : "not yet";
}

/** Returns when a password opens, in the zone of the gateway. */
export function whenText({ permission, weekly }: JsonObject, timeZone: string): string {
  const { begin, end } = isJsonObject(permission) ? permission : {};
  const at = (value: Json | undefined): string => shortTimeText(Number(value) * 1000, timeZone);
  const parts = [
    isTime(begin) ? `from ${at(begin)}` : "",
    isTime(end) ? `until ${at(end)}` : "",
    isJsonObject(weekly) ? hoursText(weekly, timeZone) : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "always" : parts.join(" ");
}

function isTime(value: Json | undefined): boolean {
  return typeof value === "number" && value > 0;
}

function hoursText(weekly: JsonObject, timeZone: string): string {
  const { days, start_minute: start, end_minute: end, time_zone: zone } = weekly;
  const text = weeklyText({
    days: isJsonList(days) ? days.map(String) : [],
    startMinute: Number(start),
    endMinute: Number(end),
  });
  return zone === timeZone || typeof zone !== "string" ? text : `${text} ${cleanText(zone)}`;
}

function kindText({ one_time: oneTime, duress, origin }: JsonObject): string {
  const parts = [
    oneTime === 1 ? "opens once" : "",
    duress === 1 ? "duress" : "",
    origin === "keypad" ? "made at the keypad" : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? nothing : parts.join(", ");
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" && value !== "" ? cleanText(value) : nothing;
}

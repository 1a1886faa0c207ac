import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { type Finding, finding } from "../../commands/diagnostics/doctor/findings.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { objects } from "../doctor/objects.ts";
import { type Block, nothing, type Row } from "../terminal/blocks.ts";
import { durationText, timeText } from "../times/time-format.ts";
import { cellText } from "./cell-text.ts";
import type { ReplyFrame } from "./reply-blocks.ts";

/** The paired locks, and beneath them what to do about suspended locks and locks without records. */
export function locksBlocks(fields: JsonObject): readonly Block[] {
  const locks = objects(fields["locks"]);
  const findings = [
    ...locks.flatMap(suspensionFindings),
    ...objects(fields["found"]).map(foundFinding),
  ];
  const none = "no lock is paired; next: latchctl install, or latchctl pair";
  return [
    { kind: "table", none, rows: locks.map(lockRow) },
    ...findings.map(({ what, advice }): Block => {
      return { kind: "text", text: cleanText(`${what}; ${advice}`) };
    }),
  ];
}

function lockRow(lock: JsonObject): Row {
  return [
    ["name", textOf(lock["name"])],
    ["address", textOf(lock["uuid"])],
    ["model", textOf(lock["model"])],
    ["bolt", boltText(lock)],
    ["battery", batteryText(lock)],
    ["radio", radioText(lock)],
    ["codes", codesText(lock)],
  ];
}

/** Everything that a person asks about one lock; `--json` has the rest. */
export function lockBlocks(lock: JsonObject, { timeZone, names }: ReplyFrame): readonly Block[] {
  const time = (field: string) => cellText({ field, value: lock[field] }, timeZone);
  const facts: Row = [
    ["name", textOf(lock["name"])],
    ["address", textOf(lock["uuid"])],
    ["make", `${textOf(lock["brand"])} ${textOf(lock["model"])}`],
    ["firmware", textOf(partOf(lock, "versions")["app_version"])],
    ["place", placeText(lock, names)],
    ["bolt", boltText(lock)],
    ["door", cellText({ field: "door_state", value: lock["door_state"] }, timeZone)],
    ["battery", batteryText(lock)],
    ["radio", `${radioText(lock)}, since ${time("onoff_time")}`],
    ["last heard", time("heard_at")],
    ["link", linkText(lock)],
    ["codes", `${codesText(lock)}: latchctl password list`],
    ["alarms", lock["alarms"] === 0 ? "none" : `${textOf(lock["alarms"])}: latchctl alarms`],
    ["clock", clockText(partOf(lock, "clock"))],
    ["can do", abilityText(partOf(lock, "capabilities"))],
    ["paired", timeText(Number(lock["bind_time"]) * 1000, timeZone)],
  ];
  const held = suspensionFindings(lock).map(({ what, advice }): Block => {
    return { kind: "text", text: cleanText(`${what}; ${advice}`) };
  });
  return [{ kind: "facts", facts: facts.filter(([, text]) => text !== nothing) }, ...held];
}

function boltText({ lock_state: state }: JsonObject): string {
  return state === "notFullyLocked" ? "not fully locked" : knownText(state);
}

function batteryText({ power }: JsonObject): string {
  return typeof power === "number" && power >= 0 ? `${power} %` : "unknown";
}

function radioText({ onoff_line: line, silent_for_s: silent, is_on_network: known }: JsonObject) {
  if (known === 0) return "not on the network";
  const length = typeof silent === "number" && silent >= 60 ? ` ${durationText(silent)}` : "";
  return line === 1 ? "online" : `offline${length}`;
}

function codesText({ pending_operations: waiting, failed_operations: failed }: JsonObject): string {
  const parts = [
    Number(waiting) > 0 ? `${Number(waiting)} waiting` : "",
    Number(failed) > 0 ? `${Number(failed)} failed` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "ok" : parts.join(", ");
}

function placeText(
  { home_id: home, room_id: room }: JsonObject,
  names: ReadonlyMap<string, string> = new Map(),
): string {
  if (typeof home !== "string") return "in no home";
  const homeName = names.get(home) ?? home;
  if (typeof room !== "string") return cleanText(`outer door of ${homeName}`);
  return cleanText(`${names.get(`${home}/${room}`) ?? room}, ${homeName}`);
}

function linkText({ link_quality: quality }: JsonObject): string {
  if (typeof quality !== "number") return nothing;
  const word = quality >= 100 ? "good" : quality >= 40 ? "fair" : "weak";
  return `${word} (${quality} of 255)`;
}

function clockText({ state, drift_s: drift }: JsonObject): string {
  if (state === "absent") return "the lock has none";
  if (typeof drift !== "number") return knownText(state);
  const side = drift >= 0 ? "ahead" : "behind";
  return `${knownText(state)}, ${durationText(Math.abs(drift))} ${side}`;
}

function abilityText(able: JsonObject): string {
  const { pinUsers, minPinLength: least, maxPinLength: most, isSleepy } = able;
  const digits = least === most ? `${Number(least)}` : `${Number(least)} to ${Number(most)}`;
  const schedules = [
    Number(able["yearDaySchedulesPerUser"]) > 0 ? "dates" : "",
    Number(able["weekDaySchedulesPerUser"]) > 0 ? "weekly hours" : "",
  ].filter((part) => part !== "");
  return [
    `${Number(pinUsers)} codes of ${digits} digits`,
    schedules.length === 0 ? "no hours of its own" : `keeps ${schedules.join(" and ")} itself`,
    isSleepy === true ? "sleeps between frames" : "always listens",
    able["pinReadBack"] === "readable" ? "shows its codes" : "hides its codes",
  ].join("; ");
}

function suspensionFindings({
  uuid,
  name,
  grants_held,
  held_reason,
}: JsonObject): readonly Finding[] {
  if (grants_held !== 1) return [];
  const code = held_reason === "rejoined" ? "grantsHeldRejoined" : "grantsHeldRestored";
  return [finding(code, { name: String(name), lock: String(uuid) })];
}

function foundFinding({ uuid, model }: JsonObject): Finding {
  return finding("lockFound", { model: String(model), lock: String(uuid) });
}

function partOf(record: JsonObject, field: string): JsonObject {
  const part = record[field];
  return isJsonObject(part) ? part : {};
}

function textOf(value: Json | undefined): string {
  return value === undefined || value === null || value === "" ? nothing : cleanText(String(value));
}

function knownText(value: Json | undefined): string {
  return value === "undefined" || value === undefined ? "unknown" : String(value);
}

import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { type Finding, finding } from "../../commands/diagnostics/doctor/findings.ts";
import type { PhraseView } from "../../commands/phrase.ts";
import { objects } from "../doctor/objects.ts";

type View = (fields: JsonObject) => JsonObject;

/** Returns the function that leaves of a reply's fields what a person wants to see. */
export function viewOf(view: PhraseView | undefined): View {
  if (view === undefined) return (fields) => fields;
  if (view === "locks") return lockView;
  if (view === "passwords") return passwordView;
  return "list" in view ? columns(view.list, view.columns) : without(view.without);
}

/** Leaves only these columns of the rows of one list, and no other field. */
function columns(list: string, names: readonly string[]): View {
  return (fields) => {
    const rows = fields[list];
    if (!isJsonList(rows)) return fields;
    return {
      [list]: rows.map((row) =>
        isJsonObject(row) ? Object.fromEntries(names.map((name) => [name, row[name] ?? ""])) : row,
      ),
    };
  };
}

function without(names: readonly string[]): View {
  return (fields) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

const lockColumns = [
  "uuid",
  "name",
  "model",
  "onoff_line",
  "power",
  "lock_state",
  "pending_operations",
  "failed_operations",
  "silent_for_s",
];

/** The paired locks, and beneath them what to do about suspended locks and locks without records. */
function lockView(fields: JsonObject): JsonObject {
  const findings = [
    ...objects(fields["locks"]).flatMap(suspensionFindings),
    ...objects(fields["found"]).map(foundFinding),
  ];
  const { found: _found, ...shown } = columns("locks", lockColumns)(fields);
  const note = findings.map(({ what, advice }) => ({ text: `${what}; ${advice}` }));
  return note.length === 0 ? shown : { ...shown, note };
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

const operations = ["", "add", "delete", "update", "freeze", "unfreeze"];
const stages = ["", "under way", "failed", "done"];

/** The passwords as text: the newest operation and how far it is, and when each opens. */
function passwordView(fields: JsonObject): JsonObject {
  const rows = fields["passwords"];
  if (!isJsonList(rows)) return fields;
  return { passwords: rows.map((row) => (isJsonObject(row) ? passwordRow(row) : row)) };
}

function passwordRow(record: JsonObject): JsonObject {
  const { id, name, operation, operation_stage: stage, permission, weekly } = record;
  const { begin, end } = fieldsOf(permission);
  return {
    id: id ?? "",
    name: id === 999 ? "administrator" : (name ?? ""),
    state: `${operations[Number(operation)]} ${stages[Number(stage)]}`,
    valid: record["permission_state"] === 1 ? "now" : "not now",
    begin: begin || "at once",
    end: end || "for ever",
    weekly: weekly === undefined ? "" : weeklyText(fieldsOf(weekly)),
    frozen: record["frozen"] === 1 ? "frozen" : "",
    at_lock: record["at_lock"] ?? "",
    reason: record["reason"] ?? "",
  };
}

function fieldsOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function weeklyText({ days, start_minute: from, end_minute: until }: JsonObject): string {
  const names = isJsonList(days) ? days.map((day) => String(day).slice(0, 3)).join(" ") : "";
  return `${names} ${clockText(Number(from))}-${clockText(Number(until))}`;
}

function clockText(minute: number): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

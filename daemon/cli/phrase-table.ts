import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { foundFinding, heldFindings, objects } from "./doctor/lock-findings.ts";

/** A command in the words of people. Its options and their help are the command's own. */
export interface Phrase {
  readonly words: readonly [string] | readonly [string, string];
  readonly command: string;
  /** Runs when its group is given without a verb. */
  readonly isDefault?: boolean;
  /** Runs instead when none of its fields is given: what would be changed is shown. */
  readonly bare?: string;
  /** Its first argument is a lock. */
  readonly isOfLock?: boolean;
  /** Fields given as arguments, in order. */
  readonly fields?: readonly string[];
  readonly fixed?: JsonObject;
  /** Shorter names of options. */
  readonly names?: Readonly<Record<string, string>>;
  /** Fields that take a time as people write it. */
  readonly times?: readonly string[];
  /** Without a code in the options it is read from standard input. */
  readonly needsCode?: boolean;
  /** What a person wants to see of the reply. */
  readonly shown?: (fields: JsonObject) => JsonObject;
}

const windowNames = {
  permission_begin: "from",
  permission_end: "until",
  "permission.begin": "from",
  "permission.end": "until",
  phonenumber: "phone",
  one_time: "one-time",
  password: "code",
} as const;
const windowTimes = ["permission_begin", "permission_end", "permission.begin", "permission.end"];
const dates = ["start_time", "end_time", "date"];
const since = { start_time: "from", end_time: "until" } as const;

/** What a group of phrases is about. */
export const groupSummaries: Readonly<Record<string, string>> = {
  lock: "Look at a lock, move it, name it, unpair it",
  password: "The codes of a lock: add, change, freeze, delete",
  home: "Homes of the building",
  room: "Rooms, and the locks in them",
  order: "Installation appointments",
  client: "Who may call the API over TCP",
  callback: "URLs that get the events",
  clock: "Show the gateway's time and its sources, or set it on site",
  keys: "Keys of the end-to-end protection",
};

/** Only these columns of the rows of one list. */
function columns(list: string, names: readonly string[]): (fields: JsonObject) => JsonObject {
  return (fields) => {
    const rows = fields[list];
    if (!Array.isArray(rows)) return fields;
    const all: readonly Json[] = rows;
    return {
      [list]: all.map((row) =>
        isJsonObject(row) ? Object.fromEntries(names.map((name) => [name, row[name] ?? ""])) : row,
      ),
    };
  };
}

/** Everything but these. */
function without(...names: readonly string[]): (fields: JsonObject) => JsonObject {
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

/** The locks that are paired, and beneath them what to do about held locks and about locks without records. */
function lockRows(fields: JsonObject): JsonObject {
  const findings = [
    ...objects(fields["locks"]).flatMap(heldFindings),
    ...objects(fields["found"]).map(foundFinding),
  ];
  const { found: _found, ...shown } = columns("locks", lockColumns)(fields);
  const note = findings.map(({ what, advice }) => ({ text: `${what}; ${advice}` }));
  return note.length === 0 ? shown : { ...shown, note };
}

const radioColumns = [
  "time",
  "command",
  "user_id",
  "password_id",
  "tsn",
  "status",
  "read",
  "confirmed",
  "by",
  "command_id",
];
const operationWords = ["", "add", "delete", "update", "freeze", "unfreeze"];
const stageWords = ["", "under way", "failed", "done"];

/** A password's record in words: what was asked last and how far that is, and when it opens. */
function passwordRows(fields: JsonObject): JsonObject {
  const rows = fields["passwords"];
  if (!Array.isArray(rows)) return fields;
  const records: readonly Json[] = rows;
  return {
    passwords: records.map((record) => (isJsonObject(record) ? passwordRow(record) : record)),
  };
}

function passwordRow(record: JsonObject): JsonObject {
  const { id, name, operation, operation_stage: stage, permission, weekly } = record;
  const { begin, end } = fieldsOf(permission);
  return {
    id: id ?? "",
    name: id === 999 ? "administrator" : (name ?? ""),
    state: `${operationWords[Number(operation)]} ${stageWords[Number(stage)]}`,
    valid: record["permission_state"] === 1 ? "now" : "not now",
    begin: begin ?? "at once",
    end: end ?? "for ever",
    weekly: weekly === undefined ? "" : weeklyText(fieldsOf(weekly)),
    frozen: record["frozen"] === 1 ? "frozen" : "",
    at_lock: record["at_lock"] ?? "",
    reason: record["reason"] ?? "",
  };
}

function fieldsOf(value: Json | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}

function weeklyText({ days, start_minute: from, end_minute: until }: JsonObject): string {
  const names = Array.isArray(days) ? days.map((day) => String(day).slice(0, 3)).join(" ") : "";
  return `${names} ${clockText(Number(from))}-${clockText(Number(until))}`;
}

function clockText(minute: number): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

const historyColumns = ["time", "method", "sourceid", "source_name"];
const operationColumns = ["timestamp", "op_id", "sentence"];

export const phrases: readonly Phrase[] = [
  { words: ["locks"], command: "list_locks", shown: lockRows },
  { words: ["lock", "show"], command: "show_lock", isOfLock: true },
  { words: ["lock", "slots"], command: "list_slots", isOfLock: true },
  { words: ["lock", "rename"], command: "rename_lock", isOfLock: true, fields: ["name"] },
  { words: ["lock", "remove"], command: "remove_lock", isOfLock: true },
  { words: ["lock", "open"], command: "remote_unlock", isOfLock: true },
  { words: ["lock", "close"], command: "remote_lock", isOfLock: true },
  { words: ["lock", "scan"], command: "scan_lock", isOfLock: true },
  { words: ["lock", "unmanaged"], command: "list_unmanaged", isOfLock: true },
  { words: ["lock", "adopt"], command: "adopt_code", isOfLock: true, fields: ["user_id"] },
  { words: ["adopt"], command: "adopt_lock", fields: ["uuid"] },
  { words: ["lock", "forget"], command: "delete_unmanaged", isOfLock: true, fields: ["user_id"] },
  {
    words: ["lock", "history"],
    command: "get_lock_events",
    isOfLock: true,
    names: since,
    times: dates,
    shown: columns("lock_events", historyColumns),
  },
  {
    words: ["lock", "radio"],
    command: "read_radio_log",
    isOfLock: true,
    names: { ...since, user_id: "slot", password_id: "password" },
    times: dates,
    shown: columns("records", radioColumns),
  },
  {
    words: ["password", "list"],
    command: "fetch_passwords",
    isOfLock: true,
    shown: passwordRows,
  },
  {
    words: ["password", "admin"],
    command: "add_password",
    isOfLock: true,
    fixed: { is_default: 1 },
    names: windowNames,
    needsCode: true,
  },
  {
    words: ["password", "add"],
    command: "add_password",
    isOfLock: true,
    fixed: { is_default: 0 },
    names: windowNames,
    times: windowTimes,
    needsCode: true,
  },
  {
    words: ["password", "update"],
    command: "update_password",
    isOfLock: true,
    fields: ["password_id"],
    names: windowNames,
    times: windowTimes,
  },
  {
    words: ["password", "freeze"],
    command: "frozen_password",
    isOfLock: true,
    fields: ["password_id"],
  },
  {
    words: ["password", "unfreeze"],
    command: "unfrozen_password",
    isOfLock: true,
    fields: ["password_id"],
  },
  {
    words: ["password", "delete"],
    command: "delete_password",
    isOfLock: true,
    fields: ["password_id"],
  },
  {
    words: ["password", "dynamic"],
    command: "get_dynamic_password_plaintext",
    isOfLock: true,
  },
  {
    words: ["password", "show-admin"],
    command: "get_default_password_plaintext",
    isOfLock: true,
  },
  { words: ["home", "list"], command: "list_homes" },
  { words: ["home", "add"], command: "add_home", fields: ["home_id"] },
  { words: ["home", "delete"], command: "del_home", fields: ["home_id"] },
  { words: ["home", "bind"], command: "bind_center", fields: ["home_id"] },
  {
    words: ["room", "add"],
    command: "add_room",
    fields: ["home_id", "room_id"],
    names: { room_name: "name", room_description: "description" },
  },
  { words: ["room", "delete"], command: "del_room", fields: ["room_id"] },
  { words: ["room", "bind"], command: "bind_lock", fields: ["uuid", "home_id", "room_id"] },
  { words: ["room", "unbind"], command: "unbind_lock", fields: ["uuid"] },
  { words: ["order", "list"], command: "list_orders" },
  { words: ["order", "confirm"], command: "order_confirm", fields: ["home_id"], times: dates },
  { words: ["stick"], command: "get_stick" },
  { words: ["network"], command: "get_network", shown: without("links") },
  { words: ["clock", "show"], command: "get_clock", isDefault: true },
  {
    words: ["clock", "set"],
    command: "set_clock",
    fields: ["time"],
    times: ["time"],
  },
  {
    words: ["journal"],
    command: "read_journal",
    names: { ...since, from: "seq" },
    times: dates,
  },
  {
    words: ["oplog"],
    command: "search_device_op_log",
    names: since,
    times: dates,
    shown: columns("op_list", operationColumns),
  },
  {
    words: ["log-level"],
    command: "set_log_level",
    bare: "get_log_level",
    fields: ["level"],
  },
  { words: ["client", "add"], command: "client_add", fields: ["scope", "client_id"] },
  { words: ["client", "list"], command: "client_list" },
  { words: ["client", "remove"], command: "client_remove", fields: ["client_id"] },
  { words: ["keys", "show"], command: "keys_show" },
  { words: ["keys", "rotate"], command: "keys_rotate" },
  { words: ["callback", "add"], command: "callback_add", fields: ["url"] },
  { words: ["callback", "list"], command: "callback_list" },
  { words: ["callback", "remove"], command: "callback_remove", fields: ["callback_id"] },
];

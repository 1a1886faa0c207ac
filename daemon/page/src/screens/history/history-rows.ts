import type { Answer } from "../../api/call.ts";
import type { Level } from "../../widgets/status.tsx";
import { texts } from "../locks/texts.ts";

type JournalRecord = Answer<"read_journal">["records"][number];

export const kinds = ["openings", "refusals", "alarms", "changes"] as const;
export type Kind = (typeof kinds)[number];

/** One line of the history. */
export interface HistoryRow {
  readonly seq: number;
  /** Unix seconds. */
  readonly atS: number;
  readonly kind: Kind;
  readonly level: Level;
  readonly text: string;
  /** Whose code it was; empty = nobody's. */
  readonly who: string;
}

/** What each event is. One that is not here is not shown. */
const events: Readonly<Record<string, { readonly kind: Kind; readonly level: Level }>> = {
  lockerOpenAlarm: { kind: "openings", level: "ok" },
  accessRefused: { kind: "refusals", level: "warn" },
  wrongPwdAlarm: { kind: "refusals", level: "warn" },
  outOfWindowOpen: { kind: "alarms", level: "bad" },
  duressAlarm: { kind: "alarms", level: "bad" },
  lockJammedAlarm: { kind: "alarms", level: "bad" },
  lockNotMovedAlarm: { kind: "alarms", level: "warn" },
  brokenAlarm: { kind: "alarms", level: "bad" },
  batteryAlarm: { kind: "alarms", level: "warn" },
  clearBattryAlarm: { kind: "alarms", level: "ok" },
  lockOfflineAlarm: { kind: "alarms", level: "bad" },
  clearLockOfflineAlarm: { kind: "alarms", level: "ok" },
  lockRejoinedAlarm: { kind: "alarms", level: "warn" },
  clearLockRejoinedAlarm: { kind: "alarms", level: "ok" },
  pwdRevokeOverdue: { kind: "alarms", level: "bad" },
  slotDrift: { kind: "alarms", level: "warn" },
  pwdOperation: { kind: "changes", level: "off" },
  pwdAddLocal: { kind: "changes", level: "off" },
  pwdUpdateLocal: { kind: "changes", level: "off" },
  pwdDelLocal: { kind: "changes", level: "off" },
  pwdRetired: { kind: "changes", level: "off" },
  pwdRestored: { kind: "changes", level: "off" },
  lockPaired: { kind: "changes", level: "off" },
};

/** Names of the lock's passwords by id, as far as who is signed in may know them. */
export type Names = ReadonlyMap<number, string>;

/** Returns the line of a record of the journal; null = it has none. */
export function rowOf(record: JournalRecord, names: Names): HistoryRow | null {
  const { event, seq } = record;
  const known = event === undefined ? undefined : events[event];
  if (event === undefined || known === undefined) return null;
  const detail: Readonly<Record<string, unknown>> = record.detail ?? {};
  const atMs = typeof detail["time"] === "number" ? detail["time"] : record.time;
  const stage = detail["operation_stage"];
  return {
    seq,
    atS: Math.floor(atMs / 1000),
    kind: known.kind,
    level: event === "pwdOperation" && stage === 2 ? "bad" : known.level,
    text: textOf(event, detail),
    who: whoOf(detail, names),
  };
}

function textOf(event: string, detail: Readonly<Record<string, unknown>>): string {
  const { history } = texts.value;
  const text = history.events[event] ?? event;
  if (event === "lockerOpenAlarm") {
    return history.openedBy[String(detail["method"])] ?? text;
  }
  if (event !== "pwdOperation") return text;
  const operation = history.operations[Number(detail["operation"])] ?? text;
  return detail["operation_stage"] === 2 ? history.failed(operation) : operation;
}

function whoOf(detail: Readonly<Record<string, unknown>>, names: Names): string {
  const { password } = detail;
  const inner =
    typeof password === "object" && password !== null && "id" in password ? password.id : null;
  const id = detail["sourceid"] ?? detail["password_id"] ?? inner;
  const given = detail["source_name"];
  if (typeof given === "string" && given !== "") return given;
  if (typeof id !== "number" || id < 0) return "";
  return names.get(id) ?? texts.value.locks.codes.unnamed(id);
}

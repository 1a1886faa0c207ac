import type { Answer } from "../../../api/call.ts";
import { texts } from "../../locks/texts.ts";
import { gateway } from "../texts.ts";

export type JournalRecord = Answer<"read_journal">["records"][number];

/** A record as a line of the log. */
export interface LogRow {
  readonly key: string;
  readonly atS: number;
  readonly title: string;
  /** The lock, or the gateway; empty = neither. */
  readonly about: string;
  readonly lock: string | null;
  readonly detail: string;
  readonly isBad: boolean;
}

/** Returns a record of the journal in words. @param names of the locks by uuid */
export function journalRow(record: JournalRecord, names: ReadonlyMap<string, string>): LogRow {
  const { log } = gateway.texts.value;
  const { seq, time, event, uuid = null, command, ErrNo: errNo = 0 } = record;
  const base = { key: String(seq), atS: Math.floor(time / 1000), lock: uuid };
  if (event === undefined) {
    const detail = errNo === 0 ? "" : `${log.failed(errNo)}: ${record.ErrMsg ?? ""}`;
    return { ...base, title: log.reply(command ?? ""), about: "", detail, isBad: errNo !== 0 };
  }
  const fields: Fields = record.detail ?? {};
  return {
    ...base,
    title: titleOf(event, fields),
    about: uuid === null ? log.gateway : (names.get(uuid) ?? uuid),
    detail: detailText(fields),
    isBad: !event.startsWith("clear") && (badEvents.test(event) || fields["operation_stage"] === 2),
  };
}

type Fields = Readonly<Record<string, unknown>>;

const badEvents = /Alarm$|Refused|Denied|Overdue|Drift|Gap|outOfWindow/;

function titleOf(event: string, fields: Fields): string {
  const { history } = texts.value;
  if (event === "activity") {
    return `${plain(fields["caller"] ?? "")}: ${plain(fields["activity"] ?? "")}`;
  }
  if (event !== "pwdOperation") return eventName(event);
  const done = history.operations[Number(fields["operation"])] ?? eventName(event);
  return fields["operation_stage"] === 2 ? history.failed(done) : done;
}

export function eventName(event: string): string {
  return texts.value.history.events[event] ?? gateway.texts.value.log.names[event] ?? event;
}

/** What the title says already, or what only programs need. */
const left = new Set(["activity", "caller", "op_id", "operation", "operation_stage"]);
/** Most characters of a detail that a line shows. */
const maxDetail = 160;

/** Returns what an event carries. */
function detailText(fields: Fields): string {
  const parts = Object.entries(fields)
    .filter(([name, value]) => !left.has(name) && value !== null && value !== "")
    .map(([name, value]) => `${name.replaceAll("_", " ")}: ${plain(value)}`);
  const text = parts.join(" · ");
  return text.length > maxDetail ? `${text.slice(0, maxDetail)} …` : text;
}

/** Returns a value as a word: of a thing its name, else its id. */
function plain(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("name" in value && value.name !== "") return String(value.name);
  return "id" in value ? String(value.id) : JSON.stringify(value);
}

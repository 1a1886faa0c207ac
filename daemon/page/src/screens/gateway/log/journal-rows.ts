import type { Answer } from "../../../api/call.ts";
import { requesterText } from "../../history/requester.ts";
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
  /** The detail has the gateway's own names of fields, in English. */
  readonly isRaw?: boolean;
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
    detail: event === "activity" ? activityDetail(fields) : detailText(fields),
    isRaw: event !== "activity",
    isBad: isBadEvent(event) || fields["operation_stage"] === 2,
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** V1.6 calls the event of every opening an alarm. */
function isBadEvent(event: string): boolean {
  const isBad = /Alarm$|Refused|Denied|Overdue|Drift|Gap|outOfWindow/.test(event);
  return isBad && !event.startsWith("clear") && event !== "lockerOpenAlarm";
}

function titleOf(event: string, fields: Fields): string {
  const { history } = texts.value;
  if (event === "activity") {
    return activityName(String(fields["op_id"]), String(fields["activity"]));
  }
  if (event === "lockerOpenAlarm") {
    return history.openedBy[String(fields["method"])] ?? eventName(event);
  }
  if (event !== "pwdOperation") return eventName(event);
  const done = history.operations[Number(fields["operation"])] ?? eventName(event);
  return fields["operation_stage"] === 2 ? history.failed(done) : done;
}

/** Returns what somebody did, by the number that V1.6 or latchd has for it. */
export function activityName(opId: string, other: string): string {
  return gateway.texts.value.activities.done[opId] ?? other;
}

/** Returns how a call came: from the cloud, over the network, on the gateway. */
export function wayText(transport: unknown): string {
  return gateway.texts.value.activities.ways[String(transport)] ?? "";
}

/** Returns who did it to whom or what, and how the call came. */
function activityDetail({ caller, target, subject, transport }: Fields): string {
  const who = requesterText(String(caller ?? ""));
  return [who, plain(target ?? ""), plain(subject ?? ""), wayText(transport)]
    .filter((part) => part !== "")
    .join(" · ");
}

export function eventName(event: string): string {
  return texts.value.history.events[event] ?? gateway.texts.value.log.names[event] ?? event;
}

/** What the title and the time say already, or what only programs need. */
const left = new Set([
  ...["operation", "operation_stage", "method", "time"],
  ...["eventid", "source", "sourceid", "unlock_id"],
]);
/** Most characters of a detail that a line shows. */
const maxDetail = 160;

/** Returns what an event carries. */
function detailText(fields: Fields): string {
  const parts = Object.entries(fields)
    .filter(([name, value]) => !left.has(name) && value !== null && value !== "")
    .map(([name, value]) =>
      name === "source_name" ? plain(value) : `${words(name)}: ${plain(value)}`,
    );
  const text = parts.join(" · ");
  return text.length > maxDetail ? `${text.slice(0, maxDetail)} …` : text;
}

function words(name: string): string {
  return name.replaceAll("_", " ");
}

/** Returns a value as a word: of a thing its name, else its id. */
function plain(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("name" in value && value.name !== "") return String(value.name);
  return "id" in value ? String(value.id) : JSON.stringify(value);
}

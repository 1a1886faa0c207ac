import type { Json, JsonObject } from "../../../daemon/base/json.ts";
import type {
  EventEntry,
  JournalEntry,
  JournalRecord,
  ReplyEntry,
  SealedDetail,
} from "../../../daemon/core/model/journal.ts";
import {
  type EnvelopeSource,
  journalEventEnvelope,
  withCodes,
} from "../../../daemon/events/event-envelope.ts";

/** A record in wire form. The body may hold plain codes: it goes to the socket and nowhere else. */
export interface WireRecord {
  readonly topic: "reply" | "event";
  readonly body: string;
  /** Codes that could not be opened: their places hold null. */
  readonly unreadable: readonly SealedDetail[];
  /** Are there plain codes in the body? */
  readonly holdsCodes: boolean;
}

/** Words of the reply envelope. A field of the result that has such a name goes out as `result_<name>`. */
const replyWords: ReadonlySet<string> = new Set([
  "id",
  "command",
  "ErrNo",
  "ErrMsg",
  "seq",
  "epoch",
  "page",
]);

/** Puts a journal record into its wire form (docs/mqtt.md). Sealed codes are opened here and only here. */
export function wireRecordOf(record: JournalRecord, source: EnvelopeSource): WireRecord {
  const { entry } = record;
  switch (entry.kind) {
    case "reply":
      return replyOf(record, entry, source);
    case "event":
      return eventOf(record, entry, source);
  }
}

/**
 * What stands in for a record that the broker does not take: same place in the sequence, so that the
 * cloud sees no hole, and it says what is missing.
 */
export function stubRecordOf(
  record: JournalRecord,
  source: EnvelopeSource,
  { limitBytes, reason }: { readonly limitBytes: number; readonly reason: "tooLarge" | "refused" },
): WireRecord {
  const why =
    reason === "tooLarge"
      ? `the reply is larger than the broker's limit of ${limitBytes} bytes`
      : "the broker refuses the reply";
  const { entry } = record;
  const stub: ReplyEntry | EventEntry =
    entry.kind === "reply"
      ? {
          kind: "reply",
          commandId: entry.commandId,
          command: entry.command,
          errNo: entry.errNo,
          // A refusal says what was wrong first.
          errMsg: entry.errNo === 0 ? `done, but ${why}` : why,
          result: {},
        }
      : {
          kind: "event",
          event: "journalGap",
          lock: entry.lock,
          detail: {
            from: record.seq,
            to: record.seq,
            count: 1,
            reason,
            event: entry.event,
          },
        };
  return wireRecordOf({ ...record, entry: stub }, source);
}

function replyOf(record: JournalRecord, entry: ReplyEntry, source: EnvelopeSource): WireRecord {
  const opened = withCodes(entry.result, entry.sealed ?? [], (one) => source.openSealed(one, null));
  const fields: Record<string, Json> = {};
  for (const [name, value] of Object.entries(opened.object)) {
    fields[replyWords.has(name) ? `result_${name}` : name] = value;
  }
  const body: JsonObject = {
    id: entry.commandId,
    command: entry.command,
    ErrNo: entry.errNo,
    ErrMsg: entry.errMsg,
    ...fields,
    seq: record.seq,
    epoch: record.epoch,
  };
  return wireOf("reply", body, opened.unreadable, entry);
}

function eventOf(record: JournalRecord, entry: EventEntry, source: EnvelopeSource): WireRecord {
  const { object, unreadable } = journalEventEnvelope(record, entry, source);
  return wireOf("event", object, unreadable, entry);
}

function wireOf(
  topic: WireRecord["topic"],
  body: JsonObject,
  unreadable: readonly SealedDetail[],
  entry: JournalEntry,
): WireRecord {
  const holdsCodes = (entry.sealed ?? []).length > unreadable.length;
  return { topic, body: JSON.stringify(body), unreadable, holdsCodes };
}

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

/** A record in wire form. The body may contain codes in clear: it goes to the socket and nowhere else. */
export interface WireRecord {
  readonly topic: "reply" | "event";
  readonly body: string;
  /** Codes that could not be opened: null is at their paths. */
  readonly unreadable: readonly SealedDetail[];
  /** Whether the body contains codes in clear. */
  readonly holdsCodes: boolean;
}

/** Fields of the reply envelope. A field of the result with such a name is sent as `result_<name>`. */
export const envelopeFields: ReadonlySet<string> = new Set([
  "id",
  "command",
  "ErrNo",
  "ErrMsg",
  "seq",
  "epoch",
  "page",
]);

/** Returns a journal record in wire form (docs/mqtt.md), with its codes in clear. */
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
 * Returns the stub that replaces a record which the broker does not accept. It has the same number, so that
 * the cloud sees no hole, and says what is missing.
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
          // A command that was carried out must not look like one that failed.
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
    fields[envelopeFields.has(name) ? `result_${name}` : name] = value;
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

import { isJsonList, type Json, type JsonObject } from "../../daemon/base/json.ts";
import type { LockId } from "../../daemon/core/model/door-lock.ts";
import type {
  EventEntry,
  JournalEntry,
  JournalRecord,
  ReplyEntry,
  SealedDetail,
} from "../../daemon/core/model/journal.ts";
import type { Secret } from "../../daemon/core/model/secret.ts";

/** How a device is called in the event envelope of the V1.6 API, §9. */
export interface DeviceName {
  readonly nickname: string;
  /** Null while the gateway is bound to no home. */
  readonly homeId: string | null;
  /** Null for the gateway and for a lock at a home's outer door. */
  readonly roomId: string | null;
}

/** What the envelopes need beside the record. */
export interface EnvelopeSource {
  readonly gatewayId: string;
  /** Names of a lock, or (null) of the gateway itself. */
  nameOf(lock: LockId | null): DeviceName;
  /** Opens a sealed code. @throws when the seal is broken or its key is gone. */
  openSealed(detail: SealedDetail, lock: LockId | null): Secret;
}

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

/** What stands in for a record that is larger than the broker takes. */
export function tooLargeRecordOf(
  record: JournalRecord,
  source: EnvelopeSource,
  limitBytes: number,
): WireRecord {
  return stubRecordOf(record, source, { limitBytes, reason: "tooLarge" });
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
  const opened = withCodes(entry.result, entry.sealed ?? [], null, source);
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
  const name = source.nameOf(entry.lock);
  const { atMs, clock } = entry.happened ?? record;
  const opened = withCodes(entry.detail ?? {}, entry.sealed ?? [], entry.lock, source);
  const body: JsonObject = {
    event: entry.event,
    time: Math.floor(atMs / 1000),
    uuid: entry.lock ?? source.gatewayId,
    home_id: name.homeId,
    ...(name.roomId === null ? {} : { room_id: name.roomId }),
    nickname: name.nickname,
    ...(entry.detail === null ? {} : { detail: opened.object }),
    id: entry.happened?.id ?? record.id,
    seq: record.seq,
    epoch: record.epoch,
    clock,
  };
  return wireOf("event", body, opened.unreadable, entry);
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

function withCodes(
  detail: JsonObject,
  sealed: readonly SealedDetail[],
  lock: LockId | null,
  source: EnvelopeSource,
): { readonly object: JsonObject; readonly unreadable: readonly SealedDetail[] } {
  const unreadable: SealedDetail[] = [];
  let object = detail;
  for (const one of sealed) {
    let code: string | null = null;
    try {
      code = source.openSealed(one, lock).reveal();
    } catch {
      // The rest of the event is true and must not wait behind a code that no key opens any more.
      unreadable.push(one);
    }
    object = objectWith(object, one.path, code);
  }
  return { object, unreadable };
}

function objectWith(
  object: JsonObject,
  path: readonly (string | number)[],
  value: string | null,
): JsonObject {
  const [step, ...rest] = path;
  if (step === undefined) throw new Error("the path of a sealed code is empty");
  return { ...object, [step]: jsonWith(object[step], rest, value) };
}

function jsonWith(
  json: Json | undefined,
  path: readonly (string | number)[],
  value: string | null,
): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (isJsonList(json)) {
    return json.map((child, index) =>
      index === Number(step) ? jsonWith(child, rest, value) : child,
    );
  }
  if (typeof json === "object" && json !== null) return objectWith(json, path, value);
  throw new Error("the path of a sealed code leads nowhere");
}

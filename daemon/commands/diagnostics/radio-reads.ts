import Type, { type Static } from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { isLockId } from "../../core/model/door-lock.ts";
import type { RadioRecord } from "../../core/model/radio-log.ts";
import type { Caller } from "../caller.ts";
import type { Command } from "../command.ts";
import { mayReadDoors } from "../history/event-scopes.ts";
import { findLock } from "../locks/address.ts";
import type { CommandView } from "../ports.ts";
import { readCommand } from "../read-command.ts";
import { lockAddress, passwordId, seconds } from "../schema/request-fields.ts";

const input = Type.Object(
  {
    ...lockAddress,
    user_id: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 0xfffe, description: "only this slot" }),
    ),
    password_id: Type.Optional(passwordId),
    start_time: Type.Optional(seconds("from, Unix seconds")),
    end_time: Type.Optional(seconds("until, Unix seconds")),
    before: Type.Optional(
      Type.Integer({ minimum: 1, description: "only entries before this number" }),
    ),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: "50" })),
  },
  { additionalProperties: false },
);

/** Entries read from disk together. */
const pageLength = 500;

const readRadioLog = readCommand({
  name: "read_radio_log",
  summary:
    "What was sent to a lock and what it answered, newest first; also of a lock that is gone.",
  access: "technician",
  input,
  output: Type.Object({
    records: Type.Array(
      Type.Object({
        seq: Type.Integer(),
        time: Type.Integer({ description: "ms" }),
        command: Type.String({ description: "the Door Lock command" }),
        user_id: Type.Union([Type.Integer(), Type.Null()]),
        schedule_id: Type.Union([Type.Integer(), Type.Null()]),
        password_id: Type.Union([Type.Integer(), Type.Null()]),
        tsn: Type.Union([Type.Integer(), Type.Null()], {
          description: "ZCL transaction sequence number; null = no frame left the gateway",
        }),
        status: Type.String({
          description: "success, the lock's refusal, or why there was no answer",
        }),
        read: Type.Union([Type.String(), Type.Null()], {
          description: "what it showed: equal, different, masked, empty or silent",
        }),
        confirmed: Type.Integer({ description: "1 = known from here on to be as wanted" }),
        by: Type.String({ description: "who wanted it; gateway = nobody else" }),
        command_id: Type.Union([Type.String(), Type.Null()]),
      }),
    ),
    next: Type.Union([Type.Integer(), Type.Null()], { description: "go on before this number" }),
  }),
  async run({ view, caller }, asked) {
    const { count = 50 } = asked;
    const isOfLock = matcher(view, asked);
    const isAsked = (record: RadioRecord) => isOfLock(record) && mayReadRadio(caller, record);
    const { tail, head } = view.radioRange();
    const records: JsonObject[] = [];
    let before = Math.min(asked.before ?? head + 1, head + 1);
    while (before > tail && records.length < count) {
      const from = Math.max(tail, before - pageLength);
      const page = await view.readRadio(from, before - from);
      for (const record of [...page].reverse()) {
        if (records.length === count) break;
        before = record.seq;
        if (isAsked(record)) records.push(wordsOf(record));
      }
      if (page.length === 0) before = from;
    }
    const next = before > tail ? before : null;
    return { changes: [], journal: [], wake: [], result: { records, next } };
  },
});

/** A remote opening tells who opened the door and when, as `get_lock_events` does. */
function mayReadRadio(caller: Caller, { command }: RadioRecord): boolean {
  return (command !== "lockDoor" && command !== "unlockDoor") || mayReadDoors(caller);
}

function matcher(view: CommandView, asked: Static<typeof input>): (record: RadioRecord) => boolean {
  const { uuid, user_id, password_id, start_time, end_time } = asked;
  // Its records are gone with a lock; what was sent to it is not.
  const lock = uuid !== undefined && isLockId(uuid) ? uuid : findLock(view, asked).lock;
  const fromMs = (start_time ?? 0) * 1000;
  const untilMs = end_time === undefined ? Number.POSITIVE_INFINITY : end_time * 1000;
  return (record) =>
    record.lock === lock &&
    record.atMs >= fromMs &&
    record.atMs <= untilMs &&
    (user_id === undefined || record.userId === user_id) &&
    (password_id === undefined || record.passwordId === password_id);
}

function wordsOf(record: RadioRecord): JsonObject {
  return {
    seq: record.seq,
    time: record.atMs,
    command: record.command,
    user_id: record.userId ?? null,
    schedule_id: record.scheduleId ?? null,
    password_id: record.passwordId ?? null,
    tsn: record.tsn ?? null,
    status: record.status,
    read: record.read ?? null,
    confirmed: record.isConfirmed === true ? 1 : 0,
    by: record.asked?.by ?? "gateway",
    command_id: record.asked?.commandId ?? null,
  };
}

export const radioReads: readonly Command[] = [readRadioLog];

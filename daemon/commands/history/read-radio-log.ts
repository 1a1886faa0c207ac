import Type, { type Static } from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { isLockId } from "../../core/model/door-lock.ts";
import type { RadioRecord } from "../../core/model/radio-log.ts";
import { lockErrors } from "../call-errors.ts";
import type { Caller } from "../caller.ts";
import { answer, readCommand } from "../definition.ts";
import { findLock } from "../locks/address.ts";
import { periodTimes } from "../phrase.ts";
import type { CommandView } from "../ports.ts";
import { orNull } from "../schema/reply-fields.ts";
import { lockAddress, passwordId, seconds } from "../schema/request-fields.ts";
import { mayReadDoors } from "./event-scopes.ts";

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

/** Entries read from disk at a time. */
const pageLength = 500;

/** latchd's own: the radio log of a lock, for technicians. */
export const readRadioLog = readCommand({
  name: "read_radio_log",
  summary:
    "What was sent to a lock and what it answered, newest first; also of a lock that is gone.",
  access: "technician",
  errors: lockErrors,
  resources: [{ method: "GET", path: "/api/locks/:uuid/radio" }],
  phrases: [
    {
      words: ["lock", "radio"],
      isOfLock: true,
      times: periodTimes,
    },
  ],
  input,
  output: Type.Object({
    records: Type.Array(
      Type.Object({
        seq: Type.Integer(),
        time: Type.Integer({ description: "ms" }),
        command: Type.String({ description: "the Door Lock command" }),
        user_id: orNull(Type.Integer()),
        schedule_id: orNull(Type.Integer()),
        password_id: orNull(Type.Integer()),
        tsn: orNull(
          Type.Integer(),
          "ZCL transaction sequence number; null = no frame left the gateway",
        ),
        status: Type.String({
          description: "success, the lock's refusal, or why there was no answer",
        }),
        read: orNull(Type.String(), "what it showed: equal, different, masked, empty or silent"),
        confirmed: Type.Integer({ description: "1 = known from here on to be as wanted" }),
        by: Type.String({ description: "who wanted it; gateway = the gateway itself" }),
        command_id: orNull(Type.String()),
      }),
    ),
    next: orNull(Type.Integer(), "continue before this number"),
  }),
  async run({ view, caller }, wanted) {
    const { count = 50 } = wanted;
    const fits = matcher(view, wanted);
    const isWanted = (record: RadioRecord) => fits(record) && mayReadRadio(caller, record);
    const { tail, head } = view.radioRange();
    const records: JsonObject[] = [];
    let before = Math.min(wanted.before ?? head + 1, head + 1);
    while (before > tail && records.length < count) {
      const from = Math.max(tail, before - pageLength);
      const page = await view.readRadio(from, before - from);
      for (const record of [...page].reverse()) {
        if (records.length === count) break;
        before = record.seq;
        if (isWanted(record)) records.push(radioFields(record));
      }
      if (page.length === 0) before = from;
    }
    return answer({ records, next: before > tail ? before : null });
  },
});

/** A remote opening tells who opened the door and when, like `get_lock_events`. */
function mayReadRadio(caller: Caller, { command }: RadioRecord): boolean {
  return (command !== "lockDoor" && command !== "unlockDoor") || mayReadDoors(caller);
}

function matcher(
  view: CommandView,
  wanted: Static<typeof input>,
): (record: RadioRecord) => boolean {
  const { uuid, user_id, password_id, start_time, end_time } = wanted;
  // The log of a lock outlives the lock's records.
  const lock = uuid !== undefined && isLockId(uuid) ? uuid : findLock(view, wanted).lock;
  const fromMs = (start_time ?? 0) * 1000;
  const untilMs = end_time === undefined ? Number.POSITIVE_INFINITY : end_time * 1000;
  return (record) =>
    record.lock === lock &&
    record.atMs >= fromMs &&
    record.atMs <= untilMs &&
    (user_id === undefined || record.userId === user_id) &&
    (password_id === undefined || record.passwordId === password_id);
}

function radioFields(record: RadioRecord): JsonObject {
  return {
    seq: record.seq,
    time: record.atMs,
    command: record.command,
    ...subjectFields(record),
    status: record.status,
    read: record.read ?? null,
    confirmed: record.isConfirmed === true ? 1 : 0,
    by: record.asked?.by ?? "gateway",
    command_id: record.asked?.commandId ?? null,
  };
}

function subjectFields({ userId, scheduleId, passwordId: password, tsn }: RadioRecord): JsonObject {
  return {
    user_id: userId ?? null,
    schedule_id: scheduleId ?? null,
    password_id: password ?? null,
    tsn: tsn ?? null,
  };
}

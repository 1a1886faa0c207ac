import Type, { type Static } from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { type ActivityRecord, sentenceOf } from "../../core/logs/activity-log.ts";
import type { Command, CommandContext } from "../command.ts";
import { operationsReply } from "../homes/home-replies.ts";
import { answer, readCommand } from "../read-command.ts";
import { homeId, roomId, seconds, text } from "../schema/request-fields.ts";

/** Entries read from disk at a time: the log is never held in memory. */
const pageLength = 256;

/** From here on operations are latchd's own. */
const firstOwnId = 21_000;

const filterFields = {
  home_id: Type.Optional(homeId),
  room_id: Type.Optional(roomId),
  uuid: Type.Optional(text("a lock, or this gateway for all of its locks", 64)),
  operator: Type.Optional(text("who did it: a client's id")),
  op_id: Type.Optional(
    Type.String({
      pattern: "^[0-9]{1,9}$",
      description: "20002 issued, 20003 deleted, 20004 changed, 20006 frozen, 20007 activated",
    }),
  ),
  start_time: Type.Optional(seconds("from, Unix seconds")),
  end_time: Type.Optional(seconds("until, Unix seconds")),
};
const filter = Type.Object(filterFields, { additionalProperties: false });
const paged = Type.Object(
  {
    ...filterFields,
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: "0" })),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "50" })),
  },
  { additionalProperties: false },
);

const searchDeviceOpLog = readCommand({
  name: "search_device_op_log",
  summary: "Who did what to which door's passwords, oldest first.",
  access: "manager",
  input: paged,
  output: operationsReply,
  async run(context, input) {
    const { offset = 0, count = 50 } = input;
    const list: JsonObject[] = [];
    let passed = 0;
    for await (const record of found(context, input)) {
      passed += 1;
      if (passed > offset) list.push(wordsOf(record));
      if (list.length === count) break;
    }
    return answer({ op_list: list });
  },
});

const countDeviceOpLog = readCommand({
  name: "count_device_op_log",
  summary: "How many entries a search would find.",
  access: "manager",
  input: filter,
  output: Type.Object({ count: Type.Integer() }),
  async run(context, input) {
    let count = 0;
    for await (const _ of found(context, input)) count += 1;
    return answer({ count });
  },
});

async function* found(
  { view, site }: CommandContext,
  input: Static<typeof filter>,
): AsyncGenerator<ActivityRecord> {
  const isAsked = matcher(input, site.gateway().gatewayId, roomsNamed(view, input.room_id));
  const { tail, head } = view.operationRange();
  for (let seq = tail; seq <= head; seq += pageLength) {
    for (const record of await view.readOperations(seq, pageLength)) {
      // Pages overlap where the log's beginning has moved on meanwhile.
      if (record.seq < seq + pageLength && isAsked(record)) yield record;
    }
  }
}

/** The caller's ids of the rooms meant: the id itself, or the one that the system's id stands for. */
function roomsNamed(
  view: CommandContext["view"],
  asked: string | undefined,
): ReadonlySet<string> | null {
  if (asked === undefined) return null;
  const bySystemId = [...view.list("room")].filter((room) => room.systemId === asked);
  return new Set([asked, ...bySystemId.map((room) => room.roomId)]);
}

function matcher(
  input: Static<typeof filter>,
  gatewayId: string,
  rooms: ReadonlySet<string> | null,
): (record: ActivityRecord) => boolean {
  const { home_id, uuid, operator, op_id, start_time, end_time } = input;
  const fromMs = (start_time ?? 0) * 1000;
  const untilMs = end_time === undefined ? Number.POSITIVE_INFINITY : end_time * 1000;
  return (record) =>
    record.atMs >= fromMs &&
    record.atMs <= untilMs &&
    (op_id === undefined || String(record.opId) === op_id) &&
    (operator === undefined || record.operator.id === operator) &&
    (home_id === undefined || record.homeId === home_id) &&
    (rooms === null || (record.roomId !== null && rooms.has(record.roomId))) &&
    (uuid === undefined || uuid === gatewayId || record.lock === uuid);
}

function wordsOf(record: ActivityRecord): JsonObject {
  const { operator, target, holder, recipient } = record;
  return {
    op_id: String(record.opId),
    operator: { ...operator },
    target: { ...target },
    ...(holder === null ? {} : { holder: { ...holder } }),
    ...(recipient === null ? {} : { recipient: { ...recipient } }),
    // The lines that V1.6 numbers keep its shape to the field.
    ...(record.opId < firstOwnId || record.transport === undefined
      ? {}
      : { transport: record.transport }),
    timestamp: record.atMs,
    result: 0,
    sentence: sentenceOf(record),
  };
}

export const operationReads: readonly Command[] = [searchDeviceOpLog, countDeviceOpLog];

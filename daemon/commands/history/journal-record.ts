import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import type { JournalRecord } from "../../core/model/journal.ts";
import type { Caller } from "../caller.ts";
import { oneOf, orNull, timeMs } from "../schema/reply-fields.ts";
import { detailFor } from "./event-scopes.ts";

const journalRecord = Type.Object({
  seq: Type.Integer(),
  id: Type.String(),
  time: timeMs("when"),
  clock: oneOf(["synced", "holding", "lost"]),
  event: Type.Optional(Type.String({ description: "of an event" })),
  uuid: Type.Optional(orNull(Type.String(), "the lock; null = the gateway")),
  detail: Type.Optional(orNull(Type.Object({}, { additionalProperties: true }))),
  reply_to: Type.Optional(Type.String({ description: "of a reply: the command's id" })),
  command: Type.Optional(Type.String()),
  ErrNo: Type.Optional(Type.Integer()),
  ErrMsg: Type.Optional(Type.String()),
});

/** Part of the journal, in a reply. */
export const journalReplyFields = {
  epoch: Type.String(),
  tail: Type.Integer({ description: "first number that is stored" }),
  head: Type.Integer({ description: "last number" }),
  records: Type.Array(journalRecord),
};

/** Returns a record as this caller may see it. `mayReadEntry` says whether the caller may see it at all. */
export function recordFields(
  { entry, seq, id, atMs, clock }: JournalRecord,
  caller: Pick<Caller, "scope">,
): JsonObject {
  const stamp = { seq, id, time: atMs, clock };
  if (entry.kind === "event") {
    const detail = entry.detail === null ? null : detailFor(caller, entry.event, entry.detail);
    return { ...stamp, event: entry.event, uuid: entry.lock, detail };
  }
  const { command, commandId, errNo, errMsg } = entry;
  return { ...stamp, reply_to: commandId, command, ErrNo: errNo, ErrMsg: errMsg };
}

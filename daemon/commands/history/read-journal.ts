import Type, { type Static } from "typebox";
import { eventNames, type JournalRecord } from "../../core/model/journal.ts";
import { answer, readCommand } from "../definition.ts";
import { periodTimes } from "../phrase.ts";
import { orNull } from "../schema/reply-fields.ts";
import { lockUuid, seconds } from "../schema/request-fields.ts";
import { mayReadEntry } from "./event-scopes.ts";
import { newestRecords, recordsFrom } from "./journal-pages.ts";
import { journalReplyFields, recordFields } from "./journal-record.ts";

const input = Type.Object(
  {
    from: Type.Optional(
      Type.Integer({ minimum: 1, description: "first number; absent = the newest records" }),
    ),
    before: Type.Optional(
      Type.Integer({ minimum: 1, description: "without from: the newest before this number" }),
    ),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: "50" })),
    event: Type.Optional(
      Type.Union(
        eventNames.map((name) => Type.Literal(name)),
        { description: "only this event" },
      ),
    ),
    uuid: Type.Optional(lockUuid("only of this lock")),
    start_time: Type.Optional(seconds("from, Unix seconds")),
    end_time: Type.Optional(seconds("until, Unix seconds")),
  },
  { additionalProperties: false },
);

/** latchd's own: the journal, for technicians. */
export const readJournal = readCommand({
  name: "read_journal",
  summary:
    "The journal: the records for the cloud, sent or waiting. Codes stay sealed; a record that the caller's scope may not know is left out.",
  access: "technician",
  errors: ["notFound"],
  resources: [{ method: "GET", path: "/api/journal" }],
  phrases: [{ words: ["journal"], times: periodTimes }],
  input,
  output: Type.Object({
    ...journalReplyFields,
    next: orNull(Type.Integer(), "continue from here"),
    previous: orNull(Type.Integer(), "go back with this as before"),
  }),
  async run({ view, caller }, wanted) {
    const { count = 50 } = wanted;
    const { oldest: tail, head, epoch } = view.journalRange();
    const isWanted = (record: JournalRecord) =>
      mayReadEntry(caller, view, record.entry) && fits(record, wanted);
    const fieldsFor = (record: JournalRecord) => recordFields(record, caller);
    if (wanted.from === undefined) {
      const query = { count, isWanted };
      const { records, previous } = await newestRecords(view, wanted.before, query);
      return answer({
        epoch,
        tail,
        head,
        records: records.map(fieldsFor),
        previous,
        next: null,
      });
    }
    const from = Math.max(tail, wanted.from);
    const { records, next } = await recordsFrom(view, from, { count, isWanted });
    const previous = from > tail ? from : null;
    return answer({ epoch, tail, head, records: records.map(fieldsFor), previous, next });
  },
});

function fits({ entry, atMs }: JournalRecord, wanted: Static<typeof input>): boolean {
  const { event, uuid, start_time, end_time } = wanted;
  if (start_time !== undefined && atMs < start_time * 1000) return false;
  if (end_time !== undefined && atMs > end_time * 1000) return false;
  if (event === undefined && uuid === undefined) return true;
  if (entry.kind !== "event") return false;
  return (event ?? entry.event) === entry.event && (uuid ?? entry.lock) === entry.lock;
}

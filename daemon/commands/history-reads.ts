import Type, { type Static } from "typebox";
import type { JournalRecord, JsonObject } from "../core/journal.ts";
import { findLock } from "./address.ts";
import type { CommandView } from "./command.ts";
import { openingsReply } from "./lock-replies.ts";
import { bindingsOf, findHome } from "./places.ts";
import { answer, readCommand } from "./read-command.ts";
import { lockAddress, seconds } from "./schemas.ts";

/** Journal records read from disk at a time while looking for openings. */
const pageLength = 256;

const filterFields = {
  ...lockAddress,
  start_time: Type.Optional(seconds("from, Unix seconds")),
  end_time: Type.Optional(seconds("until, Unix seconds")),
};
const filter = Type.Object(filterFields, { additionalProperties: false });
const paged = Type.Object(
  {
    ...filterFields,
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  },
  { additionalProperties: false },
);

/** V1.6 `get_lock_events`: openings, oldest first. */
export const getLockEvents = readCommand({
  name: "get_lock_events",
  summary: "Who opened the door and when.",
  access: "steward",
  input: paged,
  output: openingsReply,
  async run(context, input) {
    const { offset = 0, count = 50 } = input;
    const events: JsonObject[] = [];
    let passed = 0;
    for await (const opening of openings(context.view, input)) {
      passed += 1;
      if (passed > offset) events.push(opening);
      if (events.length === count) break;
    }
    return answer({ lock_events: events });
  },
});

async function countOpenings(view: CommandView, input: Static<typeof filter>): Promise<number> {
  let count = 0;
  for await (const _ of openings(view, input)) count += 1;
  return count;
}

/** V1.6 `count_lock_events`; the document's URL spells it `count_lock_envents`: both are served. */
export const countLockEvents = ["count_lock_events", "count_lock_envents"].map((name) =>
  readCommand({
    name,
    summary: "How many openings there are.",
    access: "steward",
    input: filter,
    output: Type.Object({ count: Type.Integer() }),
    run: async (context, input) => answer({ count: await countOpenings(context.view, input) }),
  }),
);

/** One lock, those of a home, or (null) all of them. */
function locksAsked(view: CommandView, input: Static<typeof filter>): ReadonlySet<string> | null {
  if (input.uuid !== undefined || input.room_id !== undefined) {
    return new Set([findLock(view, input).lock]);
  }
  if (input.home_id === undefined) return null;
  return new Set(bindingsOf(view, findHome(view, input.home_id).homeId).map(({ lock }) => lock));
}

async function* openings(
  view: CommandView,
  input: Static<typeof filter>,
): AsyncGenerator<JsonObject> {
  const only = locksAsked(view, input);
  const fromMs = (input.start_time ?? 0) * 1000;
  const untilMs = input.end_time === undefined ? Number.MAX_SAFE_INTEGER : input.end_time * 1000;
  const { tail, head } = view.journalRange();
  for (let seq = tail; seq <= head; seq += pageLength) {
    for (const record of await view.readJournal(seq, pageLength)) {
      if (record.atMs < fromMs || record.atMs > untilMs) continue;
      const opening = openingOf(record, only);
      if (opening !== null) yield opening;
    }
  }
}

function openingOf(record: JournalRecord, only: ReadonlySet<string> | null): JsonObject | null {
  const { entry } = record;
  if (entry.kind !== "event" || entry.event !== "lockerOpenAlarm") return null;
  if (only !== null && (entry.lock === null || !only.has(entry.lock))) return null;
  // V1.6 has both always; an opening that no password made has none.
  return { sourceid: -1, source_name: "", ...entry.detail, uuid: entry.lock };
}

import Type, { type Static } from "typebox";
import type { JsonObject } from "../../base/json.ts";
import type { JournalRecord } from "../../core/model/journal.ts";
import { bindingsOf, findHome } from "../homes/lock-location.ts";
import { findLock } from "../locks/address.ts";
import { openingsReply } from "../locks/lock-replies.ts";
import type { CommandView } from "../ports.ts";
import { answer, readCommand } from "../read-command.ts";
import { lockAddress, seconds } from "../schema/request-fields.ts";
import { eventIndexOf, historyEvents, type IndexEntry } from "./event-index.ts";

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

/** V1.6 `get_lock_events`: the history at the door, oldest first. */
export const getLockEvents = readCommand({
  name: "get_lock_events",
  summary: "Who opened the door and when, and who was refused by the lock's own schedule.",
  access: "steward",
  input: paged,
  output: openingsReply,
  async run({ view }, input) {
    const { offset = 0, count = 50 } = input;
    const found = await openings(view, input);
    const records = await eventIndexOf(view).records(found.slice(offset, offset + count));
    return answer({ lock_events: records.flatMap(openingOf) });
  },
});

/** V1.6 `count_lock_events`; the document's URL spells it `count_lock_envents`: both are served. */
export const countLockEvents = ["count_lock_events", "count_lock_envents"].map((name) =>
  readCommand({
    name,
    summary: "How many rows the history has.",
    access: "steward",
    input: filter,
    output: Type.Object({ count: Type.Integer() }),
    run: async ({ view }, input) => answer({ count: (await openings(view, input)).length }),
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

async function openings(
  view: CommandView,
  input: Static<typeof filter>,
): Promise<readonly IndexEntry[]> {
  const only = locksAsked(view, input);
  const fromMs = (input.start_time ?? 0) * 1000;
  const untilMs = input.end_time === undefined ? Number.MAX_SAFE_INTEGER : input.end_time * 1000;
  const entries = await eventIndexOf(view).entries();
  return entries.filter(
    ({ atMs, event, lock }) =>
      historyEvents.has(event) &&
      atMs >= fromMs &&
      atMs <= untilMs &&
      (only === null || only.has(lock)),
  );
}

function openingOf({ entry }: JournalRecord): readonly JsonObject[] {
  if (entry.kind !== "event") return [];
  // V1.6 has both always; an opening that no password made has none.
  return [{ sourceid: -1, source_name: "", ...entry.detail, uuid: entry.lock }];
}

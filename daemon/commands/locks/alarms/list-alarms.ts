import Type, { type Static } from "typebox";
import type { JsonObject } from "../../../base/json.ts";
import type { JournalRecord } from "../../../core/model/journal.ts";
import type { LockRecord } from "../../../core/model/lock.ts";
import { lockErrors } from "../../call-errors.ts";
import type { CommandContext } from "../../command.ts";
import { answer, readCommand } from "../../definition.ts";
import {
  eventIndexOf,
  historyEvents,
  type IndexEntry,
  type indexedEvents,
} from "../../history/event-index.ts";
import { detailFor, mayReadEvent } from "../../history/event-scopes.ts";
import { orNull, time, yesNo } from "../../schema/reply-fields.ts";
import { lockAddress, seconds } from "../../schema/request-fields.ts";
import { findLock } from "../address.ts";
import { type StandingAlarm, standingAlarms } from "./standing-alarms.ts";

const recentMs = 7 * 86_400_000;
/** Limit of past alarms in one answer. */
const recentLimit = 200;

const input = Type.Object(
  {
    ...lockAddress,
    from: Type.Optional(seconds("past alarms from this time on, Unix seconds; absent = a week")),
  },
  { additionalProperties: false },
);

/** Alarms as technicians ask for them: what is wrong now, and what happened lately. */
export const listAlarms = readCommand({
  name: "list_alarms",
  summary:
    "The alarms of one lock or of all locks: those that stand now, and those of the last days.",
  access: "technician",
  errors: lockErrors,
  resources: [{ method: "GET", path: "/api/alarms" }],
  phrases: [{ words: ["alarms"], times: ["from"], unsaid: ["room_id", "home_id"] }],
  input,
  output: Type.Object({
    standing: Type.Array(
      Type.Object({
        uuid: Type.String(),
        name: Type.String({ description: "the lock's" }),
        event: Type.String({ description: "the event that reported it" }),
        since: orNull(time("since when"), "null = not known"),
        detail: Type.Object({}, { additionalProperties: true }),
      }),
    ),
    recent: Type.Array(
      Type.Object({
        uuid: Type.String(),
        name: Type.String({ description: "the lock's" }),
        event: Type.String(),
        time: time("when it happened"),
        detail: Type.Object({}, { additionalProperties: true }),
      }),
      { description: `the newest first; at most ${recentLimit}` },
    ),
    is_truncated: yesNo("1 = there were more past alarms"),
  }),
  async run(context, wanted) {
    const index = eventIndexOf(context.view);
    const entries = await index.entries();
    const locks = new Map(locksOf(context, wanted).map((lock) => [lock.lock, lock]));
    const fromMs = wanted.from === undefined ? context.time.nowMs - recentMs : wanted.from * 1000;
    const past = entries.filter(
      ({ atMs, event, lock }) => locks.has(lock) && isAlarm(context, event) && atMs >= fromMs,
    );
    const records = await index.records(past.slice(-recentLimit));
    return answer({
      standing: [...locks.values()].flatMap((lock) =>
        standingAlarms(context, lock).map((alarm) => standingFields(lock, alarm, entries)),
      ),
      recent: records.toReversed().flatMap((record) => recentFields(context, record)),
      is_truncated: past.length > recentLimit ? 1 : 0,
    });
  },
});

function locksOf({ view }: CommandContext, wanted: Static<typeof input>): readonly LockRecord[] {
  const isNamed = wanted.uuid !== undefined || wanted.room_id !== undefined;
  return isNamed ? [findLock(view, wanted)] : [...view.list("lock")];
}

function isAlarm({ caller }: CommandContext, event: (typeof indexedEvents)[number]): boolean {
  return !historyEvents.has(event) && mayReadEvent(caller, event);
}

/** The record of a lock does not say since when its door is forced or its bolt jammed: the last event does. */
function standingFields(
  { lock, name }: LockRecord,
  { event, sinceMs, detail }: StandingAlarm,
  entries: readonly IndexEntry[],
): JsonObject {
  const reported = entries.findLast((one) => one.lock === lock && one.event === event);
  const since = sinceMs ?? reported?.atMs ?? null;
  const seconds = since === null ? null : Math.floor(since / 1000);
  return { uuid: lock, name, event, since: seconds, detail };
}

function recentFields(
  { caller, view }: CommandContext,
  { atMs, entry }: JournalRecord,
): readonly JsonObject[] {
  if (entry.kind !== "event" || entry.lock === null) return [];
  const { event, lock, happened } = entry;
  return [
    {
      uuid: lock,
      name: view.get("lock", [lock])?.name ?? "",
      event,
      time: Math.floor((happened?.atMs ?? atMs) / 1000),
      detail: detailFor(caller, event, entry.detail ?? {}),
    },
  ];
}

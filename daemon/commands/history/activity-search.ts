import Type, { type Static } from "typebox";
import type { ActivityRecord } from "../../core/logs/activity-log.ts";
import type { CommandContext } from "../command.ts";
import type { CommandView } from "../ports.ts";
import { homeId, roomId, seconds, text } from "../schema/request-fields.ts";

/** Entries read from disk at a time, so that the log is never in memory as a whole. */
const pageLength = 256;

/** Which entries of the activity log a request means. */
export const activityFilter = {
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

const filter = Type.Object(activityFilter, { additionalProperties: false });

/** Yields the entries that fit, the oldest first. */
export async function* activitiesFound(
  { view, site }: CommandContext,
  input: Static<typeof filter>,
): AsyncGenerator<ActivityRecord> {
  const fits = matcher(input, site.gateway().gatewayId, roomsNamed(view, input.room_id));
  const { tail, head } = view.activityRange();
  for (let seq = tail; seq <= head; seq += pageLength) {
    for (const record of await view.readActivities(seq, pageLength)) {
      // Pages overlap when the oldest entries were dropped meanwhile.
      if (record.seq < seq + pageLength && fits(record)) yield record;
    }
  }
}

/** Returns the callers' ids of the rooms: the id itself, or the one that the system's id stands for. */
function roomsNamed(view: CommandView, id: string | undefined): ReadonlySet<string> | null {
  if (id === undefined) return null;
  const bySystemId = [...view.list("room")].filter((room) => room.systemId === id);
  return new Set([id, ...bySystemId.map((room) => room.roomId)]);
}

function matcher(
  input: Static<typeof filter>,
  gatewayId: string,
  rooms: ReadonlySet<string> | null,
): (record: ActivityRecord) => boolean {
  const { start_time, end_time } = input;
  const fromMs = (start_time ?? 0) * 1000;
  const untilMs = end_time === undefined ? Number.POSITIVE_INFINITY : end_time * 1000;
  return (record) =>
    record.atMs >= fromMs &&
    record.atMs <= untilMs &&
    isBy(record, input) &&
    isAt(record, input, rooms) &&
    isAbout(record, input.uuid, gatewayId);
}

function isBy(
  { opId, operator: { id } }: ActivityRecord,
  { op_id, operator }: Static<typeof filter>,
): boolean {
  return (op_id === undefined || String(opId) === op_id) && (operator ?? id) === id;
}

function isAt(
  { homeId: home, roomId: room }: ActivityRecord,
  { home_id }: Static<typeof filter>,
  rooms: ReadonlySet<string> | null,
): boolean {
  return (
    (home_id === undefined || home === home_id) &&
    (rooms === null || (room !== null && rooms.has(room)))
  );
}

function isAbout({ lock }: ActivityRecord, uuid: string | undefined, gatewayId: string): boolean {
  return uuid === undefined || uuid === gatewayId || lock === uuid;
}

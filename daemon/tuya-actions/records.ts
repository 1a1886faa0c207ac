import Type, { type Static } from "typebox";
import type { JsonObject } from "../base/json.ts";
import type { Command, CommandContext } from "../commands/command.ts";
import { eventIndexOf, type IndexedEvent } from "../commands/history/event-index.ts";
import { credentialKinds } from "../core/event/credential.ts";
import type { LockId } from "../core/model/door-lock.ts";
import { GatewayError } from "../core/model/errors.ts";
import type { OpModeRecord } from "../core/model/home/household.ts";
import type { EventEntry, JournalRecord } from "../core/model/journal.ts";
import {
  action,
  answer,
  defaultLimit,
  devId,
  limit,
  lockErrors,
  lockOf,
  offset,
  version,
} from "./action.ts";
import { alarm, opening, pageWith } from "./results.ts";
import { nobody } from "./temporary/temporary-records.ts";
import { eitherTime, msOf } from "./times.ts";

/* Openings and alarms from the journal, newest first, in the data points of the actions. */

const dpId = Type.Integer({ minimum: 1, maximum: 255 });

const pageFields = {
  v: version,
  devId,
  dpIds: Type.Optional(
    Type.Union(
      [
        Type.Array(dpId, { maxItems: 64 }),
        Type.String({ pattern: "^(\\[[0-9, ]{0,256}\\]|[0-9, ]{0,256})$" }),
        dpId,
      ],
      { description: "data points: a list, or its text; none = all" },
    ),
  ),
  offset,
  limit,
};

const alarmInput = Type.Object(pageFields, { additionalProperties: false });
const historyInput = Type.Object(
  {
    ...pageFields,
    startTime: Type.Optional(Type.Union([Type.Literal(""), eitherTime("from")])),
    endTime: Type.Optional(Type.Union([Type.Literal(""), eitherTime("until")])),
  },
  { additionalProperties: false },
);

/** A data point with the value of a record. */
interface Point {
  readonly dp: number;
  readonly value: string;
  readonly unlockId: string | null;
  readonly passwordId: number | null;
}

type ListRequest = Static<typeof historyInput>;
type PointOf = (entry: EventEntry) => Point | null;

export const recordActions: readonly Command[] = [
  action({
    name: "tuya.m.device.lock.alarm.list",
    summary: "Lists a lock's alarms, newest first.",
    result: pageWith(alarm),
    printedAs: "top",
    errors: lockErrors,
    access: "steward",
    isReadOnly: true,
    input: alarmInput,
    run: async (context, input) => {
      const names = namesOf(context, lockOf(context, input.devId).lock);
      return answer(
        await page(context, input, {
          events: alarmEvents,
          pointOf: alarmPoint,
          rowOf: (record, point) => names(record, point).row,
        }),
      );
    },
  }),
  action({
    name: "tuya.m.scale.history.list",
    summary: "Lists who opened the door and when, newest first.",
    result: pageWith(opening),
    printedAs: "top",
    errors: lockErrors,
    access: "steward",
    isReadOnly: true,
    input: historyInput,
    run: async (context, input) => {
      const names = namesOf(context, lockOf(context, input.devId).lock);
      return answer(
        await page(context, input, {
          events: openingEvents,
          pointOf: openingPoint,
          rowOf: (record, point) => {
            const { row, unlockName } = names(record, point);
            return { ...row, unlockName };
          },
        }),
      );
    },
  }),
];

/** Which events a list shows, and how. */
interface Listing {
  readonly events: ReadonlySet<IndexedEvent>;
  readonly pointOf: PointOf;
  readonly rowOf: (record: JournalRecord, point: Point) => JsonObject;
}

const openingEvents: ReadonlySet<IndexedEvent> = new Set(["lockerOpenAlarm"]);
/** Those that {@link alarmPoint} has a data point for. */
const alarmEvents: ReadonlySet<IndexedEvent> = new Set([
  "duressAlarm",
  "wrongPwdAlarm",
  "lockJammedAlarm",
  "brokenAlarm",
  "batteryAlarm",
]);

async function page(
  { view }: CommandContext,
  request: ListRequest,
  { events, pointOf, rowOf }: Listing,
): Promise<JsonObject> {
  const { offset: from = 0, limit: count = defaultLimit } = request;
  const dps = dpsOf(request.dpIds);
  const fromMs = timeOf(request.startTime) ?? 0;
  const untilMs = timeOf(request.endTime) ?? Number.MAX_SAFE_INTEGER;
  const index = eventIndexOf(view);
  const found = (await index.entries()).filter(
    ({ atMs, event, lock }) =>
      lock === request.devId && events.has(event) && atMs >= fromMs && atMs <= untilMs,
  );
  found.reverse();
  // Only the records have the data points: a request for some of them must read all records of the lock.
  const isPaged = dps === null;
  const read = await index.records(isPaged ? found.slice(from, from + count) : found);
  const points = read.flatMap((record) => pointsOf(record, pointOf, dps));
  const shown = isPaged ? points : points.slice(from, from + count);
  const totalCount = isPaged ? found.length : points.length;
  const datas = shown.map(([record, point]) => rowOf(record, point));
  return { datas, hasNext: from + datas.length < totalCount, totalCount };
}

function pointsOf(
  record: JournalRecord,
  pointOf: PointOf,
  dps: ReadonlySet<number> | null,
): readonly (readonly [JournalRecord, Point])[] {
  const point = record.entry.kind === "event" ? pointOf(record.entry) : null;
  if (point === null || (dps !== null && !dps.has(point.dp))) return [];
  return [[record, point]];
}

function happenedAtMs({ atMs, entry }: JournalRecord): number {
  return entry.happened?.atMs ?? atMs;
}

/** Opening: 1 finger, 2 code, 3 temporary code, 4 dynamic code, 5 card, 7 by hand, 41 remote, 47 unknown. */
function openingPoint({ event, detail }: EventEntry): Point | null {
  if (event !== "lockerOpenAlarm") return null;
  const unlockId = textOf(detail?.["unlock_id"]);
  const passwordId = numberOf(detail?.["sourceid"]);
  if (unlockId !== null) return { ...halvesOf(unlockId), unlockId, passwordId };
  const dp = dpOfMethod(textOf(detail?.["method"]));
  return { dp, value: "0", unlockId, passwordId };
}

function dpOfMethod(method: string | null): number {
  switch (method) {
    case "keypad":
      return credentialKinds.password;
    case "fingerprint":
      return credentialKinds.fingerprint;
    case "rfid":
      return credentialKinds.card;
    case "manual":
      return 7;
    case "rf":
    case "bluetooth":
      return 41;
    default:
      return 47;
  }
}

/** Alarms: 9 (1 wrong code, 4 bolt stuck, 8 forced, 10 battery low), 35 opened under duress. */
function alarmPoint({ event, detail }: EventEntry): Point | null {
  const unlockId = textOf(detail?.["unlock_id"]);
  const passwordId = numberOf(detail?.["password_id"]);
  switch (event) {
    case "duressAlarm":
      return { dp: 35, value: unlockId ?? "0", unlockId, passwordId };
    case "wrongPwdAlarm":
      return { dp: 9, value: "1", unlockId: null, passwordId: null };
    case "lockJammedAlarm":
      return { dp: 9, value: "4", unlockId: null, passwordId: null };
    case "brokenAlarm":
      return { dp: 9, value: "8", unlockId: null, passwordId: null };
    case "batteryAlarm":
      return { dp: 9, value: "10", unlockId: null, passwordId: null };
    default:
      return null;
  }
}

function halvesOf(unlockId: string): { readonly dp: number; readonly value: string } {
  const [kind = "", value = ""] = unlockId.split("-");
  return { dp: Number(kind), value };
}

/** Returns the rows with the name of the member to whom the credential is tied. */
function namesOf({ view }: CommandContext, lock: LockId) {
  const modes: readonly OpModeRecord[] = [...view.list("opmode", [lock])];
  return (record: JournalRecord, { dp, value, unlockId, passwordId }: Point) => {
    const mode = modes.find((one) =>
      passwordId === null
        ? one.passwordId === null && one.unlockId === unlockId
        : one.passwordId === passwordId,
    );
    const member = mode === undefined ? undefined : view.get("member", [mode.userId]);
    const source = textOf(detailOf(record)["source_name"]);
    const row: JsonObject = {
      devId: lock,
      dps: [{ [String(dp)]: value }],
      avatar: member?.avatar ?? "",
      userName: member?.name ?? "",
      gmtCreate: happenedAtMs(record),
      uuid: record.id,
      userId: member?.userId ?? nobody,
      tags: 0,
      status: 1,
    };
    return { row, unlockName: mode?.unlockName ?? source ?? "" };
  };
}

function detailOf({ entry }: JournalRecord): JsonObject {
  return entry.kind === "event" ? (entry.detail ?? {}) : {};
}

/** Returns the requested data points; null = all. */
function dpsOf(given: ListRequest["dpIds"]): ReadonlySet<number> | null {
  if (given === undefined) return null;
  if (typeof given === "number") return new Set([given]);
  const list =
    typeof given === "string"
      ? given.replace(/[[\]]/g, "").split(",").filter(isText).map(Number)
      : given;
  if (list.some((dp) => !Number.isInteger(dp))) {
    throw new GatewayError("badParameters", "dpIds: must be a list of numbers", { field: "dpIds" });
  }
  return list.length === 0 ? null : new Set(list);
}

function isText(part: string): boolean {
  return part.trim() !== "";
}

function timeOf(given: string | number | undefined): number | null {
  return given === undefined || given === "" ? null : msOf(given);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

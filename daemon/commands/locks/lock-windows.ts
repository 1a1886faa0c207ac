import Type, { type Static } from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { type CodePeriod, codePeriods, type Range } from "../../core/plan/password-windows.ts";
import { type PastEvidence, withPast } from "../../core/plan/past-periods.ts";
import { offsetMs } from "../../core/time/time-zone.ts";
import { zoneChanges } from "../../core/time/zone-changes.ts";
import { lockErrors } from "../call-errors.ts";
import { answer, readCommand } from "../definition.ts";
import { mayReadNames } from "../history/event-scopes.ts";
import { oneOf, time, yesNo } from "../schema/reply-fields.ts";
import { lockAddress, seconds } from "../schema/request-fields.ts";
import { findLock, lockView } from "./address.ts";
import { knownOf } from "./lock-moment.ts";
import { pastEvidence } from "./past-evidence.ts";

const longestRangeDays = 45;
/** Limit of windows in one answer; those that begin first are in it. */
const windowLimit = 2000;

const nothingPast: PastEvidence = { writes: [], reports: [] };

const input = Type.Object(
  {
    ...lockAddress,
    from: seconds("the range begins, Unix seconds"),
    to: seconds(`the range ends, Unix seconds; at most ${longestRangeDays} days after from`),
  },
  { additionalProperties: false },
);

/** The time line of a lock, so that nobody else needs to know what a week means in the night of a clock change. */
export const lockWindows = readCommand({
  name: "lock_windows",
  summary:
    "When each code of a lock opens: by right, not yet because the lock does not have it, or still although it should not.",
  access: "technician",
  errors: lockErrors,
  resources: [{ method: "GET", path: "/api/locks/:uuid/windows" }],
  input,
  output: Type.Object({
    time_zone: Type.String(),
    offset_s: Type.Integer({ description: "what the zone adds to UTC at from, s" }),
    transitions: Type.Array(
      Type.Object({
        at: time("the zone's clock changes"),
        offset_s: Type.Integer({ description: "what the zone adds to UTC from then on, s" }),
      }),
      { description: "changes of the zone's clock in the range" },
    ),
    windows: Type.Array(
      Type.Object({
        password_id: Type.Integer(),
        name: Type.Optional(Type.String({ description: "for managers only" })),
        from: time("begins"),
        to: time("ends; it does not belong to it any more"),
        state: oneOf(
          ["open", "waiting", "overstay"],
          "open = it opens; waiting = it should open, and the lock does not have it; overstay = it may not open any more, and the lock may still have it",
        ),
      }),
      { description: `by begin; at most ${windowLimit}` },
    ),
    is_truncated: yesNo("1 = there are more windows; ask for a shorter range"),
  }),
  async run(context, wanted) {
    const { view, time: now, site, caller } = context;
    const range = rangeOf(wanted);
    const isPast = range.fromMs < now.nowMs;
    const named = findLock(view, wanted).lock;
    const evidence = isPast ? await pastEvidence(view, named, range.fromMs) : nothingPast;
    // The records may have changed while the logs were read.
    const lock = findLock(view, wanted);
    const moment = { view: lockView(view, lock), time: now, known: knownOf(context, lock.lock) };
    const periods = [...withPast(codePeriods(moment, range), evidence, range)].sort(byBegin);
    const names = new Map(moment.view.passwords.map(({ id, name }) => [id, name]));
    const nameOf = (id: number) => (mayReadNames(caller) ? { name: names.get(id) ?? "" } : {});
    return answer({
      ...zoneFields(site.diagnostics.clock().timeZone, range),
      windows: periods
        .slice(0, windowLimit)
        .map((period) => ({ ...windowFields(period), ...nameOf(period.passwordId) })),
      is_truncated: periods.length > windowLimit ? 1 : 0,
    });
  },
});

/** @throws GatewayError `badParameters` */
function rangeOf({ from, to }: Static<typeof input>): Range {
  const isWithin = to > from && to - from <= longestRangeDays * 86_400;
  if (isWithin) return { fromMs: from * 1000, toMs: to * 1000 };
  throw new GatewayError(
    "badParameters",
    `to: must be later than from, by at most ${longestRangeDays} days`,
    { field: "to" },
  );
}

function byBegin(a: CodePeriod, b: CodePeriod): number {
  return a.fromMs - b.fromMs || a.passwordId - b.passwordId;
}

/** A whole second belongs to the window if its first moment does, so that both ends are rounded up. */
function windowFields({ passwordId, fromMs, toMs, state }: CodePeriod): JsonObject {
  const second = (ms: number) => Math.ceil(ms / 1000);
  return { password_id: passwordId, from: second(fromMs), to: second(toMs), state };
}

function zoneFields(timeZone: string, { fromMs, toMs }: Range): JsonObject {
  return {
    time_zone: timeZone,
    offset_s: Math.round(offsetMs(timeZone, fromMs) / 1000),
    transitions: zoneChanges(timeZone, fromMs, toMs).map((change) => ({
      at: Math.ceil(change.atMs / 1000),
      offset_s: Math.round(change.offsetMs / 1000),
    })),
  };
}

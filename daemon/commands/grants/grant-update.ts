import Type, { type Static } from "typebox";
import type { GrantDoor, GrantRecord } from "../../core/grant/grant.ts";
import { activityIds } from "../../core/logs/activity-log.ts";
import type { PasswordRecord } from "../../core/model/password.ts";
import type { PinCode } from "../../core/model/secret.ts";
import type { Window } from "../../core/model/window.ts";
import type { CommandContext, Decision } from "../command.ts";
import { writeCommand } from "../definition.ts";
import { checkCode, checkLength, checkUnused, pinCodeOf } from "../passwords/desired/code-check.ts";
import { nextRevisionInGrant } from "../passwords/desired/next-revision.ts";
import { checkClock, checkWindow } from "../passwords/desired/window-check.ts";
import { periodTimes, permissionBegin, permissionEnd } from "../passwords/password-fields.ts";
import { code, weekly } from "../schema/request-fields.ts";
import { weeklyOf } from "../schema/window-fields.ts";
import { atField } from "./desired/grant-doors.ts";
import { GrantDraft } from "./desired/grant-draft.ts";
import { grantId, grantReply, person } from "./grant-fields.ts";
import { findGranted, isUnused, type LiveDoor, liveDoors } from "./named-grant.ts";

const input = Type.Object(
  {
    grant_id: grantId,
    person: Type.Optional(person),
    permission_begin: permissionBegin,
    permission_end: permissionEnd,
    weekly: Type.Optional(Type.Union([weekly, Type.Null()], { description: "null = none" })),
    password: Type.Optional({ ...code, description: "another code, for all of its locks" }),
  },
  { additionalProperties: false },
);

type Wanted = Static<typeof input>;

/** latchd's own. */
export const grantUpdate = writeCommand({
  name: "grant_update",
  summary: "Changes a grant's validity, code or person on all of its locks; what is absent stays.",
  access: "manager",
  errors: ["notFound", "duplicate", "clockLost", "unsupported"],
  resources: [{ method: "PUT", path: "/api/grants/:grant_id" }],
  phrases: [{ words: ["grant", "update"], fields: ["grant_id"], times: periodTimes }],
  activity: activityIds.passwordChanged,
  input,
  output: Type.Object(grantReply),
  run: update,
});

function update(context: CommandContext, wanted: Wanted): Decision {
  const before = findGranted(context, wanted.grant_id);
  const window = windowAfter(before.window, wanted);
  const isMoved = ["permission_begin", "permission_end", "weekly"].some((name) => name in wanted);
  const pinCode = wanted.password === undefined ? null : pinCodeOf(wanted.password);
  if (isMoved) checkWindow(window, context.time.nowMs);
  if (isMoved || pinCode !== null) checkClock(context);
  if (pinCode !== null) checkLength(context, pinCode);
  const grant = { ...before, window, person: wanted.person ?? before.person };
  const draft = new GrantDraft(context);
  const marks = new Map<GrantDoor, GrantDoor>();
  for (const live of liveDoors(context, before)) {
    const { door, password } = live;
    const recoded = pinCode === null ? null : recodedFor(context, live, pinCode);
    const next: PasswordRecord = { ...password, name: grant.person, window, ...recoded };
    if ((!isMoved && recoded === null) || !isUnused(live)) {
      draft.relabel({ ...password, name: grant.person });
      continue;
    }
    if (recoded !== null) marks.set(door, { ...door, mark: recoded.code.mark });
    const revised = atField("grant_id", () =>
      nextRevisionInGrant(context, live.lock, next, "update"),
    );
    draft.desire(live.lock, revised);
  }
  const doors = before.doors.map((door) => reopened(marks.get(door) ?? door, isMoved));
  const changed = { ...grant, doors, changedAtMs: context.time.nowMs };
  return draft.decide(changed, activityIds.passwordChanged);
}

/** A password that was over is forgotten with its code: with another validity the door has none. */
function reopened(door: GrantDoor, isMoved: boolean): GrantDoor {
  const isForgotten = door.gone === "ended" || door.gone === "expired";
  return isMoved && isForgotten ? { ...door, gone: "missing" } : door;
}

function windowAfter(before: GrantRecord["window"], wanted: Wanted): Window {
  const { permission_begin: begin, permission_end: end, weekly: week } = wanted;
  return {
    beginMs: begin === undefined ? before.beginMs : msOf(begin),
    endMs: end === undefined ? before.endMs : msOf(end),
    weekly: week === undefined ? before.weekly : week === null ? null : weeklyOf(week),
  };
}

function msOf(seconds: number): number | null {
  return seconds === 0 ? null : seconds * 1000;
}

/** @throws GatewayError `badParameters`, `unsupported`, `duplicate`, naming the field and the lock in the text */
function recodedFor(context: CommandContext, { lock, password }: LiveDoor, pinCode: PinCode) {
  const { sealer, time } = context;
  const id = lock.lock.lock;
  checkCode(context, lock.lock.capabilities, pinCode);
  const mark = sealer.mark(id, pinCode);
  checkUnused(lock, mark, { by: password.id, nowMs: time.nowMs });
  const sealedFor = `password/${id}/${context.newId()}`;
  return { code: sealer.seal(id, pinCode, sealedFor), sealedFor };
}

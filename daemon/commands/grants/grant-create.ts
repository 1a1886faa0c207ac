import Type, { type Static } from "typebox";
import type { GrantDoor } from "../../core/grant/grant.ts";
import { activityIds } from "../../core/logs/activity-log.ts";
import { lockErrors } from "../call-errors.ts";
import type { CommandContext, Decision } from "../command.ts";
import { writeCommand } from "../definition.ts";
import { requireAdministrator } from "../passwords/desired/administrator.ts";
import { checkClock, checkWindow } from "../passwords/desired/window-check.ts";
import {
  optionalWeekly,
  periodTimes,
  permissionBegin,
  permissionEnd,
} from "../passwords/password-fields.ts";
import { code } from "../schema/request-fields.ts";
import { windowOf } from "../schema/window-fields.ts";
import { generatedCode, givenCode } from "./desired/grant-code.ts";
import { atField, wantedDoors } from "./desired/grant-doors.ts";
import { GrantDraft } from "./desired/grant-draft.ts";
import { roomForGrant } from "./desired/grant-retention.ts";
import { doorFields, duress, grantReply, person, usesFields } from "./grant-fields.ts";

const input = Type.Object(
  {
    person,
    ...doorFields,
    permission_begin: permissionBegin,
    permission_end: permissionEnd,
    weekly: optionalWeekly,
    password: Type.Optional({ ...code, description: "its digits; absent = latchd makes a code" }),
    duress,
    ...usesFields,
  },
  { additionalProperties: false },
);

/** latchd's own: one code of one person on several locks. */
export const grantCreate = writeCommand({
  name: "grant_create",
  summary:
    "Gives a person one code on several locks, in one batch; a lock that is full, refuses or is away leaves it partly.",
  access: "manager",
  errors: [...lockErrors, "duplicate", "clockLost", "unsupported", "busy"],
  resources: [{ method: "POST", path: "/api/grants" }],
  phrases: [{ words: ["grant", "add"], fields: ["person"], times: periodTimes }],
  activity: activityIds.passwordIssued,
  input,
  output: Type.Object({
    ...grantReply,
    password: Type.Optional(
      Type.String({ description: "the code that latchd made; it is told only here" }),
    ),
  }),
  run: create,
});

function create(context: CommandContext, wanted: Static<typeof input>): Decision {
  const { view, time } = context;
  const doors = wantedDoors(view, wanted);
  const window = windowOf(wanted.permission_begin, wanted.permission_end, wanted.weekly);
  checkWindow(window, time.nowMs);
  checkClock(context);
  for (const { field, lock } of doors) atField(field, () => requireAdministrator(lock, field));
  const pinCode =
    wanted.password === undefined
      ? generatedCode(context, doors)
      : givenCode(context, wanted.password, doors);
  const room = roomForGrant(context);
  const grant = {
    grant: context.newId(),
    person: wanted.person,
    window,
    isFrozen: false,
    isDuress: wanted.duress === 1,
    revokedAtMs: null,
    ...usesOf(wanted),
    createdAtMs: time.nowMs,
    changedAtMs: time.nowMs,
  };
  const draft = new GrantDraft(context);
  const added = doors.map(({ lock }) => draft.add(lock, { ...grant, doors: [] }, pinCode));
  const decision = draft.decide({ ...grant, doors: added }, activityIds.passwordIssued);
  const whole = { ...decision, changes: [...room, ...decision.changes] };
  return wanted.password === undefined ? withCode(whole, draft, added) : whole;
}

/** The reply tells the code that latchd made, sealed for the first lock while it is kept. */
function withCode(decision: Decision, draft: GrantDraft, [first]: readonly GrantDoor[]): Decision {
  const password = first === undefined ? undefined : draft.password(first.lock, first.passwordId);
  if (password === undefined || password.code === null) throw new Error("a new grant has a code");
  return {
    ...decision,
    result: { ...decision.result, password: null },
    sealed: [{ path: ["password"], code: password.code, boundTo: password.sealedFor }],
  };
}

function usesOf({ uses: limit, uses_by: by = "grant" }: Static<typeof input>) {
  return limit === undefined ? {} : { uses: { limit, by, spent: 0 } };
}

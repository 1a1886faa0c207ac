import Type, { type Static } from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockView } from "../../core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../core/model/password.ts";
import type { Window } from "../../core/model/window.ts";
import { passwordOperationEvent } from "../../core/outcome/password-event.ts";
import { put } from "../../store/store.ts";
import { lockErrors } from "../call-errors.ts";
import type { CommandContext, Decision } from "../command.ts";
import { writeCommand } from "../definition.ts";
import { periodFields, periodOf } from "../schema/period-fields.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { code, lockAddress, passwordId, weekly } from "../schema/request-fields.ts";
import { weeklyOf } from "../schema/window-fields.ts";
import { checkCode, checkLength, checkUnused, pinCodeOf } from "./desired/code-check.ts";
import { desire } from "./desired/desired-password.ts";
import { nextRevision } from "./desired/next-revision.ts";
import { checkClock, checkWindow, isLimited } from "./desired/window-check.ts";
import { checkKindOfCode, checkLockOfCode } from "./installer-code.ts";
import { namedPassword } from "./named-password.ts";
import { kindFields, periodTimes, textFields } from "./password-fields.ts";

const input = Type.Object(
  {
    ...lockAddress,
    password_id: passwordId,
    password: Type.Optional(code),
    ...textFields,
    ...periodFields,
    weekly: Type.Optional(Type.Union([weekly, Type.Null()], { description: "null = none" })),
    ...kindFields,
  },
  { additionalProperties: false },
);

/** V1.6 `update_password`. */
export const updatePassword = writeCommand({
  name: "update_password",
  summary:
    "Changes a password's code, validity, name or description; what is absent stays. An installer on the page may replace an administrator's code that the lock refused.",
  access: "manager",
  // An installer sets the administrator's code again when the lock refused it: see installer-code.ts.
  pageAccess: "installer",
  errors: [...lockErrors, "duplicate", "lockFull", "clockLost", "unsupported"],
  resources: [{ method: "PUT", path: "/api/locks/:uuid/passwords/:password_id" }],
  phrases: [
    {
      words: ["password", "update"],
      isOfLock: true,
      fields: ["password_id"],
      times: periodTimes,
      isForLock: true,
    },
  ],
  lockActivity: activityIds.passwordChanged,
  input,
  output: emptyReply,
  run: update,
});

function update(context: CommandContext, wanted: Static<typeof input>): Decision {
  checkKindOfCode(context, wanted);
  const { lock, password: before } = namedPassword(context, wanted);
  checkLockOfCode(context, lock);
  const window = windowAfter(before.window, wanted);
  const isWindowGiven = hasWindow(wanted);
  if (isWindowGiven) checkWindow(window, context.time.nowMs);
  if (before.id === administratorId) checkPermanent(window, wanted);
  checkClock(context);
  const { password: digits } = wanted;
  const recoded = digits === undefined ? null : newCode(context, { lock, before, digits });
  const relabelled = { ...before, ...labelsAfter(before, wanted) };
  // Labels, and what happens at an opening, need nothing of the lock.
  if (recoded === null && !isWindowGiven) return writeLabels(relabelled);
  const next: PasswordRecord = { ...relabelled, ...recoded, window };
  return desire(lock, nextRevision(context, lock, next, "update"), {});
}

/** A flat field that is absent leaves its edge as it is; a `permission` gives both edges. */
function windowAfter(before: Window, wanted: Static<typeof input>): Window {
  const { beginMs, endMs } = periodOf(wanted);
  const { weekly: given } = wanted;
  return {
    beginMs: beginMs === undefined ? before.beginMs : beginMs,
    endMs: endMs === undefined ? before.endMs : endMs,
    weekly: given === undefined ? before.weekly : given === null ? null : weeklyOf(given),
  };
}

const windowNames = new Set([...Object.keys(periodFields), "weekly"]);

function hasWindow(wanted: Static<typeof input>): boolean {
  return Object.entries(wanted).some(
    ([name, value]) => windowNames.has(name) && value !== undefined,
  );
}

/** @throws GatewayError `badParameters` for an administrator password that would end */
function checkPermanent(window: Window, wanted: Static<typeof input>): void {
  const period = wanted.permission === undefined ? "permission_end" : "permission";
  const ending = isLimited(window) ? period : wanted.one_time === 1 ? "one_time" : null;
  if (ending === null) return;
  throw new GatewayError("badParameters", `${ending}: the administrator password is permanent`, {
    field: ending,
  });
}

function newCode(
  context: CommandContext,
  wanted: { readonly lock: LockView; readonly before: PasswordRecord; readonly digits: string },
): Pick<PasswordRecord, "code" | "sealedFor"> {
  const { lock, before, digits } = wanted;
  const pinCode = pinCodeOf(digits);
  checkLength(context, pinCode);
  checkCode(context, lock.lock.capabilities, pinCode);
  const sealedFor = `password/${before.lock}/${context.newId()}`;
  const sealed = context.sealer.seal(before.lock, pinCode, sealedFor);
  checkUnused(lock, sealed.mark, { by: before.id, nowMs: context.time.nowMs });
  return { code: sealed, sealedFor };
}

function labelsAfter(before: PasswordRecord, wanted: Static<typeof input>) {
  const { name, description, phonenumber, one_time, duress } = wanted;
  return {
    name: name ?? before.name,
    description: description ?? before.description,
    sendTo: phonenumber ?? before.sendTo,
    isOneTime: one_time === undefined ? before.isOneTime : one_time === 1,
    isDuress: duress === undefined ? before.isDuress : duress === 1,
  };
}

/** Done at once; it does not disturb what the lock is still working on for the password. */
function writeLabels(password: PasswordRecord): Decision {
  const done = { ...password, operation: "update", operationStage: "done", failure: null } as const;
  return {
    changes: [put("password", [password.lock, password.id], password)],
    journal: [passwordOperationEvent(done)],
    result: {},
    wake: [],
  };
}

import Type, { type Static } from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockRecord, LockView } from "../../core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../core/model/password.ts";
import type { Window } from "../../core/model/window.ts";
import { nextPasswordIdAfter } from "../../core/plan/slot-allocation.ts";
import { lockErrors } from "../call-errors.ts";
import type { CommandContext, Decision } from "../command.ts";
import { writeCommand } from "../definition.ts";
import { findLock, lockView } from "../locks/address.ts";
import { type Period, periodFields, periodOf } from "../schema/period-fields.ts";
import { code, flag, lockAddress } from "../schema/request-fields.ts";
import { weeklyOf } from "../schema/window-fields.ts";
import { hasAdministrator, requireAdministrator } from "./desired/administrator.ts";
import { checkCode, checkLength, checkUnused, pinCodeOf } from "./desired/code-check.ts";
import { desire } from "./desired/desired-password.ts";
import { newPassword } from "./desired/new-password.ts";
import { takeSlot } from "./desired/slot-choice.ts";
import { checkClock, checkWindow, isLimited } from "./desired/window-check.ts";
import { checkKindOfCode, checkLockOfCode } from "./installer-code.ts";
import { kindFields, optionalWeekly, periodTimes, textFields } from "./password-fields.ts";

/** The administrator password is permanent. */
const windowFields = [...periodTimes, "weekly", "one_time"] as const;

const input = Type.Object(
  {
    ...lockAddress,
    is_default: Type.Optional(flag("1 = the administrator password")),
    password: code,
    ...textFields,
    ...periodFields,
    weekly: optionalWeekly,
    ...kindFields,
  },
  { additionalProperties: false },
);

/** V1.6 `add_password`. */
export const addPassword = writeCommand({
  name: "add_password",
  summary:
    "Adds a password to a lock; the first one must be the administrator's (is_default 1), and an installer on the page may set only that one.",
  access: "manager",
  // An installer sets the administrator's code of a lock that has none, and nothing else: see installer-code.ts.
  pageAccess: "installer",
  errors: [...lockErrors, "duplicate", "lockFull", "clockLost", "unsupported"],
  resources: [{ method: "POST", path: "/api/locks/:uuid/passwords" }],
  phrases: [
    {
      words: ["password", "admin"],
      isOfLock: true,
      fixed: { is_default: 1 },
      unsaid: windowFields,
      needsCode: true,
      isForLock: true,
    },
    {
      words: ["password", "add"],
      isOfLock: true,
      fixed: { is_default: 0 },
      times: periodTimes,
      needsCode: true,
      isForLock: true,
    },
  ],
  lockActivity: activityIds.passwordIssued,
  input,
  output: Type.Object({
    id: Type.Integer({ description: "the password's id on the lock" }),
    password_id: Type.Integer({ description: "the same, where the envelope has an id of its own" }),
  }),
  run: add,
});

function add(context: CommandContext, wanted: Static<typeof input>): Decision {
  const { view, time, sealer } = context;
  checkKindOfCode(context, wanted);
  const lock = findLock(view, wanted);
  const stored = lockView(view, lock);
  checkLockOfCode(context, stored);
  const isAdministrator = wanted.is_default === 1;
  const pinCode = pinCodeOf(wanted.password);
  checkLength(context, pinCode);
  checkCode(context, lock.capabilities, pinCode);
  const window = windowIn(periodOf(wanted), wanted.weekly);
  checkWindow(window, time.nowMs);
  checkClock(context);
  checkAdministrator(stored, isAdministrator, { ...wanted, window });
  checkUnused(stored, sealer.mark(lock.lock, pinCode), { by: null, nowMs: time.nowMs });
  const id = isAdministrator ? administratorId : lock.nextPasswordId;
  const password = newPassword(context, lock.lock, {
    id,
    ...textsOf(wanted),
    pinCode,
    window,
    isOneTime: wanted.one_time === 1,
    isDuress: wanted.duress === 1,
    userId: takeSlot(stored, id),
  });
  const counted: LockRecord | undefined = isAdministrator
    ? undefined
    : { ...lock, nextPasswordId: nextPasswordIdAfter(id) };
  return desire(stored, password, { id, password_id: id }, counted);
}

function textsOf({ name, description, phonenumber }: Static<typeof input>) {
  return { name: name ?? "", description: description ?? "", sendTo: phonenumber ?? "" };
}

function windowIn({ beginMs, endMs }: Period, weekly: Static<typeof input>["weekly"]): Window {
  return {
    beginMs: beginMs ?? null,
    endMs: endMs ?? null,
    weekly: weekly === undefined ? null : weeklyOf(weekly),
  };
}

/**
 * The administrator password comes first, once, and is permanent: neither a window nor its first opening
 * ends it.
 * @throws GatewayError `duplicate`, `badParameters`
 */
function checkAdministrator(
  lock: LockView,
  isAdministrator: boolean,
  { window, one_time }: Pick<PasswordRecord, "window"> & { readonly one_time?: 0 | 1 },
): void {
  if (!isAdministrator) {
    requireAdministrator(lock, "is_default");
    return;
  }
  if (hasAdministrator(lock)) {
    throw new GatewayError("duplicate", "is_default: the lock has an administrator password", {
      field: "is_default",
    });
  }
  const ending = isLimited(window) ? "permission_end" : one_time === 1 ? "one_time" : null;
  if (ending === null) return;
  throw new GatewayError("badParameters", `${ending}: the administrator password is permanent`, {
    field: ending,
  });
}

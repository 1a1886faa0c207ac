import Type, { type Static } from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockView } from "../../core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../core/model/password.ts";
import { passwordOperationEvent } from "../../core/outcome/password-event.ts";
import { put } from "../../store/store.ts";
import type { CommandContext, Decision } from "../command.ts";
import { findLock, findPassword, lockView } from "../locks/address.ts";
import {
  code,
  flag,
  lockAddress,
  passwordId,
  seconds,
  text,
  weekly,
} from "../schema/request-fields.ts";
import { windowOf } from "../schema/window-fields.ts";
import {
  checkClock,
  checkCode,
  checkLength,
  checkUnused,
  checkWindow,
  decide,
} from "./desired-password.ts";
import { nextRevision, pinCodeOf, writeCommand } from "./password-change.ts";

const input = Type.Object(
  {
    ...lockAddress,
    password_id: passwordId,
    password: Type.Optional(code),
    phonenumber: Type.Optional(text("whom the code is sent to", 32)),
    name: Type.Optional(text("name for the history")),
    description: Type.Optional(text("free text", 512)),
    permission: Type.Optional(
      Type.Object(
        {
          begin: Type.Optional(seconds("valid from, Unix seconds")),
          end: Type.Optional(seconds("valid until, Unix seconds")),
        },
        { additionalProperties: false, description: "empty = permanent" },
      ),
    ),
    weekly: Type.Optional(Type.Union([weekly, Type.Null()], { description: "null = none" })),
    one_time: Type.Optional(flag("1 = ends with its first opening")),
    duress: Type.Optional(flag("1 = opens, and raises a silent alarm")),
  },
  { additionalProperties: false },
);

export const updatePassword = writeCommand({
  name: "update_password",
  summary: "Changes a password's code, validity, name or description; what is absent stays.",
  input,
  run: update,
});

function update(context: CommandContext, wanted: Static<typeof input>): Decision {
  const { view, time } = context;
  const lock = findLock(view, wanted);
  const held = lockView(view, lock);
  const before = findPassword(view, lock.lock, wanted.password_id);
  const { begin, end } = wanted.permission ?? {};
  const bounds = wanted.permission === undefined ? before.window : windowOf(begin, end, undefined);
  const isWeeklyGiven = wanted.weekly !== undefined && wanted.weekly !== null;
  const given = isWeeklyGiven ? windowOf(undefined, undefined, wanted.weekly ?? undefined) : null;
  const window = {
    beginMs: bounds.beginMs,
    endMs: bounds.endMs,
    weekly: wanted.weekly === undefined ? before.window.weekly : (given?.weekly ?? null),
  };
  const isWindowGiven = wanted.permission !== undefined || wanted.weekly !== undefined;
  if (isWindowGiven) checkWindow(window, time.nowMs);
  const isLimited = window.beginMs !== null || window.endMs !== null || window.weekly !== null;
  if (before.id === administratorId && isLimited) {
    const text = "permission: the administrator password is permanent";
    throw new GatewayError("badParameters", text, { field: "permission" });
  }
  if (before.id === administratorId && wanted.one_time === 1) {
    const text = "one_time: the administrator password is permanent";
    throw new GatewayError("badParameters", text, { field: "one_time" });
  }
  checkClock(context);
  const fresh =
    wanted.password === undefined ? null : recoded(context, held, before, wanted.password);
  const renamed: PasswordRecord = {
    ...before,
    name: wanted.name ?? before.name,
    description: wanted.description ?? before.description,
    sendTo: wanted.phonenumber ?? before.sendTo,
    isOneTime: wanted.one_time === undefined ? before.isOneTime : wanted.one_time === 1,
    isDuress: wanted.duress === undefined ? before.isDuress : wanted.duress === 1,
  };
  // Neither a name nor what is done at an opening needs anything of the lock.
  if (fresh === null && !isWindowGiven) return decideQuietly(renamed);
  const next: PasswordRecord = { ...renamed, ...fresh, window };
  return decide(held, nextRevision(context, held, next, "update"), {});
}

function recoded(
  context: CommandContext,
  held: LockView,
  before: PasswordRecord,
  digits: string,
): Pick<PasswordRecord, "code" | "sealedFor"> {
  const pinCode = pinCodeOf(digits);
  checkLength(context, pinCode);
  checkCode(context, held.lock.capabilities, pinCode);
  const sealedFor = `password/${before.lock}/${context.newId()}`;
  const code = context.sealer.seal(before.lock, pinCode, sealedFor);
  checkUnused(held, code.mark, { by: before.id, nowMs: context.time.nowMs });
  return { code, sealedFor };
}

/** Done at once; what the lock is still working on for the password goes on as it was. */
function decideQuietly(renamed: PasswordRecord): Decision {
  const done = { ...renamed, operation: "update", operationStage: "done", failure: null } as const;
  return {
    changes: [put("password", [renamed.lock, renamed.id], renamed)],
    journal: [passwordOperationEvent(done)],
    result: {},
    wake: [],
  };
}

import Type, { type Static } from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockRecord, LockView } from "../../core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../core/model/password.ts";
import { nextPasswordIdAfter } from "../../core/plan/slot-allocation.ts";
import type { CommandContext, Decision } from "../command.ts";
import { findLock, lockView } from "../locks/address.ts";
import { code, flag, lockAddress, seconds, text, weekly } from "../schema/request-fields.ts";
import { windowOf } from "../schema/window-fields.ts";
import {
  checkClock,
  checkCode,
  checkLength,
  checkUnused,
  checkWindow,
  decide,
  takeSlot,
} from "./desired-password.ts";
import { pinCodeOf, writeCommand } from "./password-change.ts";

const input = Type.Object(
  {
    ...lockAddress,
    is_default: Type.Optional(flag("1 = the administrator password")),
    password: code,
    phonenumber: Type.Optional(text("whom the code is sent to", 32)),
    name: Type.Optional(text("name for the history")),
    description: Type.Optional(text("free text", 512)),
    permission_begin: Type.Optional(seconds("valid from, Unix seconds; 0 or absent = at once")),
    permisson_begin: Type.Optional(seconds("the same, as the published document spells it")),
    permission_end: Type.Optional(seconds("valid until, Unix seconds; 0 or absent = for ever")),
    weekly: Type.Optional(weekly),
    one_time: Type.Optional(flag("1 = ends with its first opening")),
    duress: Type.Optional(flag("1 = opens, and raises a silent alarm")),
  },
  { additionalProperties: false },
);

export const addPassword = writeCommand({
  name: "add_password",
  summary: "Adds a password to a lock; the first one has to be the administrator's (is_default 1).",
  input,
  output: Type.Object({
    id: Type.Integer({ description: "the password's id on the lock" }),
    password_id: Type.Integer({ description: "the same, where the envelope has an id of its own" }),
  }),
  run: add,
});

function add(context: CommandContext, wanted: Static<typeof input>): Decision {
  const { view, time } = context;
  const lock = findLock(view, wanted);
  const held = lockView(view, lock);
  const isAdministrator = wanted.is_default === 1;
  const pinCode = pinCodeOf(wanted.password);
  checkLength(context, pinCode);
  checkCode(context, lock.capabilities, pinCode);
  const window = windowOf(beginOf(wanted), wanted.permission_end, wanted.weekly);
  checkWindow(window, time.nowMs);
  checkClock(context);
  checkOrder(held, isAdministrator, window);
  if (isAdministrator) refuseOneTime(wanted.one_time);
  const mark = context.sealer.mark(lock.lock, pinCode);
  checkUnused(held, mark, { by: null, nowMs: time.nowMs });
  const id = isAdministrator ? administratorId : lock.nextPasswordId;
  const sealedFor = `password/${lock.lock}/${context.newId()}`;
  const password: PasswordRecord = {
    lock: lock.lock,
    id,
    name: wanted.name ?? "",
    description: wanted.description ?? "",
    sendTo: wanted.phonenumber ?? "",
    code: context.sealer.seal(lock.lock, pinCode, sealedFor),
    sealedFor,
    window,
    isFrozen: false,
    isOneTime: wanted.one_time === 1,
    isDuress: wanted.duress === 1,
    consumedAtMs: null,
    isDeleted: false,
    origin: context.caller.origin,
    revision: 1,
    createdAtMs: time.nowMs,
    changedAtMs: time.nowMs,
    operation: "add",
    operationStage: "inProgress",
    failure: null,
    userId: takeSlot(held, id),
  };
  const counted: LockRecord | undefined = isAdministrator
    ? undefined
    : { ...lock, nextPasswordId: nextPasswordIdAfter(id) };
  return decide(held, password, { id, password_id: id }, counted);
}

/** V1.6 prints the field as `permisson_begin`, and spells it right elsewhere. */
function beginOf(wanted: Static<typeof input>): number | undefined {
  const { permission_begin: begin, permisson_begin: printed } = wanted;
  if (begin !== undefined && printed !== undefined && begin !== printed) {
    const text = "permisson_begin: says otherwise than permission_begin";
    throw new GatewayError("badParameters", text, { field: "permisson_begin" });
  }
  return begin ?? printed;
}

/** It would be gone with the first opening, and an administrator password never goes. */
function refuseOneTime(flag: 0 | 1 | undefined): void {
  if (flag !== 1) return;
  throw new GatewayError("badParameters", "one_time: the administrator password is permanent", {
    field: "one_time",
  });
}

function checkOrder(
  held: LockView,
  isAdministrator: boolean,
  window: PasswordRecord["window"],
): void {
  const hasAdministrator = held.passwords.some((password) => password.id === administratorId);
  if (isAdministrator && hasAdministrator) {
    throw new GatewayError("duplicate", "is_default: the lock has an administrator password", {
      field: "is_default",
    });
  }
  if (!isAdministrator && !hasAdministrator) {
    const text = "is_default: the administrator password (is_default 1) has to be set first";
    throw new GatewayError("badParameters", text, { field: "is_default" });
  }
  const isLimited = window.beginMs !== null || window.endMs !== null || window.weekly !== null;
  if (isAdministrator && isLimited) {
    const text = "permission_end: the administrator password is permanent";
    throw new GatewayError("badParameters", text, { field: "permission_end" });
  }
}

import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockView } from "../../core/model/lock.ts";
import {
  administratorId,
  dynamicPasswordId,
  dynamicPositionSetting,
  type PasswordRecord,
} from "../../core/model/password.ts";
import type { PinCode } from "../../core/model/secret.ts";
import { isOver } from "../../core/plan/target.ts";
import { put } from "../../store/store.ts";
import type { Command, CommandContext, Decision } from "../command.ts";
import { findLock, lockView } from "../locks/address.ts";
import { lockAddress } from "../schema/request-fields.ts";
import { checkClock, checkFits, decide, isUsed, takeSlot } from "./desired-password.ts";
import { nextRevision } from "./password-change.ts";

/** A code lasts this long from when it is made; it may be used more than once. */
export const dynamicLifeMs = 300_000;
/** With less than this left a new code is made: nobody gets to a door that fast. */
const shortestRestMs = 30_000;
/** Codes tried until one is nobody else's. Of a million codes a lock holds some hundred at most. */
const maxSteps = 16;
/** Apart from the time step, so that a code stepped on to is not the next step's. */
const stepWidth = 2 ** 32;
/** Revisions are 31 bits wide: seconds from here last until 2088. */
const revisionsSinceMs = Date.UTC(2020, 0, 1);

const input = Type.Object(lockAddress, { additionalProperties: false });

/** V1.6 `get_dynamic_password_plaintext`. It writes, and is a GET there all the same. */
export const getDynamicPasswordPlaintext: Command<typeof input> = {
  name: "get_dynamic_password_plaintext",
  summary: "A code in clear that opens for five minutes; while it lasts, the same again.",
  access: "manager",
  isReadOnly: false,
  isServedByGet: true,
  input,
  output: Type.Object({
    password: Type.String(),
    invalid_time: Type.Integer({ description: "Unix seconds: it opens until then" }),
    password_id: Type.Integer({ description: "0: for update, freeze and delete" }),
  }),
  run(context, wanted) {
    const { view, time } = context;
    checkClock(context);
    const held = lockView(view, findLock(view, wanted));
    if (view.get("password", [held.lock.lock, administratorId]) === undefined) {
      throw new GatewayError("notFound", "uuid: the lock has no administrator password yet", {
        field: "uuid",
      });
    }
    const before = view.get("password", [held.lock.lock, dynamicPasswordId]);
    if (before !== undefined && isStillGood(before, time.nowMs)) {
      return told(before, { changes: [], journal: [], wake: [] });
    }
    const free = freeCode(context, held, before);
    const fresh = renewed(context, held, { before, pinCode: free.pinCode });
    const { changes, ...rest } = decide(held, fresh, {});
    const last = put("setting", dynamicPositionSetting(held.lock.lock), { value: free.place });
    return told(fresh, { ...rest, changes: [...changes, last] });
  },
};

function isStillGood(password: PasswordRecord, nowMs: number): boolean {
  const { code, isFrozen, window, operationStage } = password;
  if (code === null || isFrozen || operationStage === "failed") return false;
  return !isOver(password, nowMs + shortestRestMs) && window.endMs !== null;
}

function renewed(
  context: CommandContext,
  held: LockView,
  { before, pinCode }: { readonly before: PasswordRecord | undefined; readonly pinCode: PinCode },
): PasswordRecord {
  const { sealer, time, caller } = context;
  const { lock } = held.lock;
  const sealedFor = `password/${lock}/${context.newId()}`;
  const wanted = {
    code: sealer.seal(lock, pinCode, sealedFor),
    sealedFor,
    window: { beginMs: time.nowMs, endMs: endMs(time.nowMs), weekly: null },
    isFrozen: false,
    isDeleted: false,
    isOneTime: false,
    isDuress: false,
  } as const;
  if (before !== undefined) return nextRevision(context, held, { ...before, ...wanted }, "update");
  return {
    ...wanted,
    lock,
    id: dynamicPasswordId,
    name: "dynamic",
    description: "",
    sendTo: "",
    consumedAtMs: null,
    origin: caller.origin,
    revision: firstRevision(time.nowMs),
    createdAtMs: time.nowMs,
    changedAtMs: time.nowMs,
    operation: "add",
    operationStage: "inProgress",
    failure: null,
    userId: takeSlot(held, dynamicPasswordId),
  };
}

/**
 * This id alone comes again after a deletion. Its revisions count on from the second it is made, so that
 * a snapshot which still holds one that was deleted is older, and does not bring its code back.
 */
function firstRevision(nowMs: number): number {
  return Math.max(1, Math.floor((nowMs - revisionsSinceMs) / 1000));
}

/** `invalid_time` is told in whole seconds: the code lasts to the end of the last one. */
function endMs(nowMs: number): number {
  return Math.ceil((nowMs + dynamicLifeMs) / 1000) * 1000;
}

/**
 * RFC 6238 over five-minute steps. A code that the lock has is stepped over, and so is every code
 * given before in the same time step: what was frozen or deleted does not come back.
 */
function freeCode(
  { sealer, time, view }: CommandContext,
  held: LockView,
  before: PasswordRecord | undefined,
): { readonly pinCode: PinCode; readonly place: string } {
  const { lock, capabilities } = held.lock;
  const digits = Math.min(Math.max(6, capabilities.minPinLength), capabilities.maxPinLength, 9);
  const timeStep = Math.floor(time.nowMs / dynamicLifeMs);
  const wish = { by: dynamicPasswordId, nowMs: time.nowMs };
  const given = String(view.get("setting", dynamicPositionSetting(lock))?.value ?? "").split(" ");
  const first = given[0] === String(timeStep) ? Number(given[1]) + 1 : 0;
  let free: { readonly pinCode: PinCode; readonly place: string } | null = null;
  for (let step = first; step < maxSteps; step += 1) {
    const pinCode = sealer.oneTimeCode(lock, timeStep + step * stepWidth, digits);
    const mark = sealer.mark(lock, pinCode);
    if (mark === before?.code?.mark) free = null;
    else if (free === null && !isUsed(held, mark, wish)) {
      free = { pinCode, place: `${timeStep} ${step}` };
    }
  }
  if (free === null) {
    throw new GatewayError("busy", "too many dynamic codes within five minutes; try again later");
  }
  checkFits(capabilities, free.pinCode);
  return free;
}

function told(password: PasswordRecord, decision: Omit<Decision, "result">): Decision {
  const { code, sealedFor, window } = password;
  if (code === null) throw new Error("a dynamic password has a code");
  return {
    ...decision,
    result: {
      password: null,
      invalid_time: Math.floor((window.endMs ?? 0) / 1000),
      password_id: password.id,
    },
    sealed: [{ path: ["password"], code, boundTo: sealedFor }],
  };
}

import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
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
import { lockErrors } from "../call-errors.ts";
import type { CommandContext, Decision } from "../command.ts";
import { writeCommand } from "../definition.ts";
import { findLock, lockView } from "../locks/address.ts";
import { lockOnly } from "../schema/request-fields.ts";
import { desire } from "./desired/desired-password.ts";
import { nextRevision } from "./desired/next-revision.ts";
import { takeSlot } from "./desired/slot-choice.ts";
import { checkClock } from "./desired/window-check.ts";
import { dynamicLifeMs, freeCode } from "./dynamic-code.ts";

/** With less time left a new code is made, because nobody gets to a door that fast. */
const shortestRestMs = 30_000;
/** Revisions are 31 bits wide: seconds from here last until 2088. */
const revisionsSinceMs = Date.UTC(2020, 0, 1);

/** V1.6 `get_dynamic_password_plaintext`. It writes, although V1.6 has it as a GET. */
export const getDynamicPasswordPlaintext = writeCommand({
  name: "get_dynamic_password_plaintext",
  summary: "A code in clear that opens for five minutes; while it lasts, the same again.",
  access: "manager",
  isServedByGet: true,
  errors: [...lockErrors, "lockFull", "busy", "clockLost", "unsupported"],
  phrases: [{ words: ["password", "dynamic"], isOfLock: true, isForLock: true }],
  lockActivity: activityIds.dynamicCodeRead,
  input: lockOnly,
  output: Type.Object({
    password: Type.String(),
    invalid_time: Type.Integer({ description: "Unix seconds: it opens until then" }),
    password_id: Type.Integer({ description: "0: for update, freeze and delete" }),
  }),
  run(context, wanted) {
    const { view, time } = context;
    checkClock(context);
    const lock = lockView(view, findLock(view, wanted));
    const { lock: lockId } = lock.lock;
    if (view.get("password", [lockId, administratorId]) === undefined) {
      throw new GatewayError("notFound", "uuid: the lock has no administrator password yet", {
        field: "uuid",
      });
    }
    const before = view.get("password", [lockId, dynamicPasswordId]);
    if (before !== undefined && isStillGood(before, time.nowMs)) {
      return withCode(before, { changes: [], journal: [], wake: [] });
    }
    const { pinCode, step } = freeCode(context, lock, before);
    const fresh = renewed(context, lock, { before, pinCode });
    const { changes, ...rest } = desire(lock, fresh, {});
    const lastStep = put("setting", dynamicPositionSetting(lockId), { value: step });
    return withCode(fresh, { ...rest, changes: [...changes, lastStep] });
  },
});

function isStillGood(password: PasswordRecord, nowMs: number): boolean {
  const { code, isFrozen, window, operationStage } = password;
  if (code === null || isFrozen || operationStage === "failed") return false;
  // The time may have been set back since it was given: such a code opens nothing for as long.
  if (window.beginMs !== null && nowMs < window.beginMs) return false;
  return !isOver(password, nowMs + shortestRestMs) && window.endMs !== null;
}

function renewed(
  context: CommandContext,
  lock: LockView,
  { before, pinCode }: { readonly before: PasswordRecord | undefined; readonly pinCode: PinCode },
): PasswordRecord {
  const { sealer, time, caller } = context;
  const { lock: lockId } = lock.lock;
  const sealedFor = `password/${lockId}/${context.newId()}`;
  const wanted = {
    code: sealer.seal(lockId, pinCode, sealedFor),
    sealedFor,
    window: { beginMs: time.nowMs, endMs: endMs(time.nowMs), weekly: null },
    isFrozen: false,
    isDeleted: false,
    isOneTime: false,
    isDuress: false,
  } as const;
  if (before !== undefined) return nextRevision(context, lock, { ...before, ...wanted }, "update");
  return {
    ...wanted,
    lock: lockId,
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
    userId: takeSlot(lock, dynamicPasswordId),
  };
}

/**
 * Only this id comes again after a deletion. Its revisions count on from the second it is made, so that a
 * snapshot with a deleted one is older and does not bring its code back.
 */
function firstRevision(nowMs: number): number {
  return Math.max(1, Math.floor((nowMs - revisionsSinceMs) / 1000));
}

/** `invalid_time` is in whole seconds, so that the code lasts to the end of the last one. */
function endMs(nowMs: number): number {
  return Math.ceil((nowMs + dynamicLifeMs) / 1000) * 1000;
}

function withCode(password: PasswordRecord, decision: Omit<Decision, "result">): Decision {
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

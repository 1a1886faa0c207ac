import Type, { type Static } from "typebox";
import { activityIds } from "../../../core/logs/activity-log.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { LockRecord, LockView } from "../../../core/model/lock.ts";
import type { PasswordRecord } from "../../../core/model/password.ts";
import type { SealedCode } from "../../../core/model/sealed-code.ts";
import { nextPasswordIdAfter } from "../../../core/plan/slot-allocation.ts";
import { lockErrors } from "../../call-errors.ts";
import type { CommandContext, Decision } from "../../command.ts";
import { answer, writeCommand } from "../../definition.ts";
import { findLock, lockView } from "../../locks/address.ts";
import { code } from "../../schema/request-fields.ts";
import { checkCode, checkUnused, pinCodeOf } from "../desired/code-check.ts";
import { desire } from "../desired/desired-password.ts";
import { nextRevision } from "../desired/next-revision.ts";
import { takeSlotOf } from "../desired/slot-choice.ts";
import { checkClock } from "../desired/window-check.ts";
import { requireSlotProgram, slotAddress, withLine } from "./slot-fields.ts";
import { ownPassword } from "./slot-owner.ts";

const input = Type.Object({ ...slotAddress, password: code }, { additionalProperties: false });

/**
 * Sets the code of a slot for a program that counts slots: one password for each of its slots. The same code again
 * changes nothing.
 */
export const setSlotCode = writeCommand({
  name: "set_slot_code",
  summary: "Sets the code of a slot for a program that counts slots.",
  access: "manager",
  errors: [...lockErrors, "duplicate", "lockFull", "clockLost", "unsupported"],
  activity: "none",
  input,
  output: Type.Object({ password_id: Type.Integer() }),
  run: set,
});

/** What is written for the new code, whoever had the slot. */
interface NewCode {
  readonly view: LockView;
  readonly sealed: SealedCode;
  readonly sealedFor: string;
}

function set(context: CommandContext, wanted: Static<typeof input>): Decision {
  requireSlotProgram(context);
  const { view, sealer, caller } = context;
  const lock = findLock(view, wanted);
  const stored = lockView(view, lock);
  const pinCode = pinCodeOf(wanted.password);
  checkCode(context, lock.capabilities, pinCode);
  const mark = sealer.mark(lock.lock, pinCode);
  const own = ownPassword(stored, { userId: wanted.user, origin: caller.origin, mark });
  if (own?.isFrozen === true && !own.isDeleted) {
    const text = `user: the code of slot ${wanted.user} was frozen; unfreeze password ${own.id} first`;
    throw new GatewayError("permissionDenied", text, { field: "user" });
  }
  const isThere = own?.code?.mark === mark && !own.isDeleted && own.failure === null;
  if (isThere) return answer({ password_id: own.id });
  checkClock(context);
  const sealedFor = `password/${lock.lock}/${context.newId()}`;
  const fresh = { view: stored, sealed: sealer.seal(lock.lock, pinCode, sealedFor), sealedFor };
  const decision =
    own === null
      ? added(context, fresh, wanted.user)
      : changed(context, fresh, own.isDeleted ? revived(own) : own);
  return withLine(context, activityIds.passwordIssued, decision);
}

/** The slot gets a code again before the lock has confirmed that the last one is cleared. */
function revived(own: PasswordRecord): PasswordRecord {
  return {
    ...own,
    isDeleted: false,
    isFrozen: false,
    isOneTime: false,
    isDuress: false,
    consumedAtMs: null,
    window: { beginMs: null, endMs: null, weekly: null },
  };
}

function changed(context: CommandContext, fresh: NewCode, own: PasswordRecord): Decision {
  const { view, sealed, sealedFor } = fresh;
  const wanted = { ...own, code: sealed, sealedFor };
  const next = nextRevision(context, view, wanted, "update");
  return desire(view, next, { password_id: own.id });
}

/** Returns the lock without a record of the slot, in which the code may stay if it is there already. */
function withoutSlot(view: LockView, userId: number): LockView {
  const slots = new Map(view.slots);
  slots.delete(userId);
  return { ...view, slots };
}

function added(context: CommandContext, fresh: NewCode, userId: number): Decision {
  const { view, sealed, sealedFor } = fresh;
  const { nowMs } = context.time;
  const { lock, nextPasswordId: id } = view.lock;
  checkUnused(withoutSlot(view, userId), sealed.mark, { by: null, nowMs });
  const password: PasswordRecord = {
    lock,
    id,
    name: `Home Assistant ${userId}`,
    description: "",
    sendTo: "",
    code: sealed,
    sealedFor,
    window: { beginMs: null, endMs: null, weekly: null },
    isFrozen: false,
    isOneTime: false,
    isDuress: false,
    consumedAtMs: null,
    isDeleted: false,
    origin: context.caller.origin,
    revision: 1,
    createdAtMs: nowMs,
    changedAtMs: nowMs,
    operation: "add",
    operationStage: "inProgress",
    failure: null,
    userId: takeSlotOf(view, { id, code: sealed, onlyUserId: userId }),
    onlyUserId: userId,
  };
  const counted: LockRecord = { ...view.lock, nextPasswordId: nextPasswordIdAfter(id) };
  return desire(view, password, { password_id: id }, counted);
}

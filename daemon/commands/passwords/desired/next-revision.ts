import { GatewayError } from "../../../core/model/errors.ts";
import type { LockView } from "../../../core/model/lock.ts";
import type { PasswordOperation, PasswordRecord } from "../../../core/model/password.ts";
import { isOver } from "../../../core/plan/target.ts";
import type { CommandContext } from "../../command.ts";
import { checkUnused } from "./code-check.ts";
import { slotOrNull, takeSlotOf } from "./slot-choice.ts";

/**
 * Returns a password as its next revision; one that had given its slot back gets a slot again.
 * @throws GatewayError `badParameters` for a one-time password that was used, `duplicate`, `lockFull`
 */
export function nextRevision(
  context: CommandContext,
  lock: LockView,
  wanted: PasswordRecord,
  operation: PasswordOperation,
): PasswordRecord {
  const next = revised(context, lock, wanted, operation);
  return needsSlot(context, next) ? { ...next, userId: takeSlotOf(lock, next) } : next;
}

/**
 * Does the same for a password of a grant: if the lock has no free slot, the plan reports `full`, and the other doors get
 * the grant.
 * @throws GatewayError `badParameters` for a one-time password that was used, `duplicate`
 */
export function nextRevisionInGrant(
  context: CommandContext,
  lock: LockView,
  wanted: PasswordRecord,
  operation: PasswordOperation,
): PasswordRecord {
  const next = revised(context, lock, wanted, operation);
  if (!needsSlot(context, next)) return next;
  return { ...next, userId: slotOrNull(() => takeSlotOf(lock, next)) };
}

function revised(
  { time: { nowMs } }: CommandContext,
  lock: LockView,
  wanted: PasswordRecord,
  operation: PasswordOperation,
): PasswordRecord {
  if (wanted.consumedAtMs !== null && operation !== "delete") {
    const text = "password_id: the one-time password has been used; add another";
    throw new GatewayError("badParameters", text, { field: "password_id" });
  }
  const next: PasswordRecord = {
    ...wanted,
    revision: wanted.revision + 1,
    operation,
    operationStage: "inProgress",
    failure: null,
    changedAtMs: nowMs,
  };
  if (isOver(next, nowMs)) return next;
  // While it was over, another password may have got its code.
  if ((operation === "update" || operation === "unfreeze") && next.code !== null) {
    const mayAdopt = next.userId === null ? { mayAdopt: true as const } : {};
    checkUnused(lock, next.code.mark, { by: next.id, nowMs, ...mayAdopt });
  }
  return next;
}

function needsSlot({ time }: CommandContext, next: PasswordRecord): boolean {
  return next.userId === null && !isOver(next, time.nowMs);
}

import { GatewayError } from "../../../core/model/errors.ts";
import type { LockView } from "../../../core/model/lock.ts";
import type { PasswordOperation, PasswordRecord } from "../../../core/model/password.ts";
import { isOver } from "../../../core/plan/target.ts";
import type { CommandContext } from "../../command.ts";
import { checkUnused } from "./code-check.ts";
import { takeSlotOf } from "./slot-choice.ts";

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
  const { nowMs } = context.time;
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
  const needsSlot = next.userId === null;
  // While it was over, another password may have got its code.
  if ((operation === "update" || operation === "unfreeze") && next.code !== null) {
    const wish = { by: next.id, nowMs, ...(needsSlot ? { mayAdopt: true as const } : {}) };
    checkUnused(lock, next.code.mark, wish);
  }
  if (!needsSlot) return next;
  return { ...next, userId: takeSlotOf(lock, next) };
}

import type { TSchema } from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockView } from "../../core/model/lock.ts";
import type { PasswordOperation, PasswordRecord } from "../../core/model/password.ts";
import { PinCode } from "../../core/model/secret.ts";
import { isOver } from "../../core/plan/target.ts";
import type { Command, CommandContext } from "../command.ts";
import { anyResult } from "../schema/request-fields.ts";
import { checkUnused, takeSlot, takeSlotFor } from "./desired-password.ts";

/** Keeps input and `run` of one command to the same schema, and gives it to the table. */
export function writeCommand<I extends TSchema>(
  command: Pick<Command<I>, "name" | "summary" | "input" | "run"> & { readonly output?: TSchema },
): Command<I> {
  return { access: "manager", isReadOnly: false, output: anyResult, ...command };
}

/** @throws GatewayError `badParameters` when there is more in it than digits. */
export function pinCodeOf(digits: string): PinCode {
  const pinCode = PinCode.parse(digits);
  if (pinCode === null) {
    throw new GatewayError("badParameters", "password: digits only", { field: "password" });
  }
  return pinCode;
}

/**
 * A new revision of what is wanted; a password that had given its slot back gets one again.
 * @throws GatewayError `badParameters` for a one-time password that was used, `duplicate`, `lockFull`.
 */
export function nextRevision(
  context: CommandContext,
  held: LockView,
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
  const opensAgain = !isOver(next, nowMs) && (operation === "update" || operation === "unfreeze");
  // While it was over, somebody else may have been given its code.
  const needsSlot = next.userId === null && !isOver(next, nowMs);
  const wish = { by: next.id, nowMs, ...(needsSlot ? { mayAdopt: true as const } : {}) };
  if (opensAgain && next.code !== null) checkUnused(held, next.code.mark, wish);
  if (!needsSlot) return next;
  const { id, code } = next;
  return { ...next, userId: code === null ? takeSlot(held, id) : takeSlotFor(held, id, code.mark) };
}

import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { enforcerOf } from "../../core/enforcement/enforcer.ts";
import type { TimeReading } from "../../core/model/clock.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { administratorId, type PasswordRecord } from "../../core/model/password.ts";
import type { SlotRecord } from "../../core/model/slot.ts";
import { operationNumbers, stageNumbers } from "../../core/outcome/password-event.ts";
import { isOver } from "../../core/plan/target.ts";
import { isOpen } from "../../core/time/window.ts";
import { findLock, lockView } from "../locks/address.ts";
import { passwordsReply } from "../locks/lock-replies.ts";
import { answer, readCommand } from "../read-command.ts";
import { lockAddress } from "../schema/request-fields.ts";
import { weeklyFields } from "../schema/window-fields.ts";

const address = Type.Object(lockAddress, { additionalProperties: false });

/** V1.6 `fetch_passwords`: without any code. */
export const fetchPasswords = readCommand({
  name: "fetch_passwords",
  summary: "Lists a lock's passwords with their validity and how far the lock has got.",
  access: "manager",
  input: address,
  output: passwordsReply,
  run(context, input) {
    const held = lockView(context.view, findLock(context.view, input));
    const passwords = held.passwords.map((password) => {
      const slot = password.userId === null ? undefined : held.slots.get(password.userId);
      return passwordWords(password, slot, context.time);
    });
    return answer({ passwords });
  },
});

function passwordWords(
  password: PasswordRecord,
  slot: SlotRecord | undefined,
  { nowMs, state }: TimeReading,
): JsonObject {
  const { beginMs, endMs, weekly } = password.window;
  const isLimited = beginMs !== null || endMs !== null || weekly !== null;
  const isValid = !isOver(password, nowMs) && isOpen(password.window, nowMs);
  return {
    id: password.id,
    time: password.createdAtMs,
    is_default: password.id === administratorId ? 1 : 0,
    operation: operationNumbers[password.operation],
    operation_stage: stageNumbers[password.operationStage],
    ...(password.failure === null ? {} : { reason: password.failure }),
    permission_state: isValid ? 1 : 2,
    name: password.name,
    description: password.description,
    send_to: password.sendTo,
    permission: {
      begin: beginMs === null ? null : Math.floor(beginMs / 1000),
      end: endMs === null ? null : Math.floor(endMs / 1000),
      // V1.6: what the platform made is always time-limited, what was made at the lock permanent.
      status:
        password.origin === "keypad" || (password.id === administratorId && !isLimited) ? 1 : 2,
    },
    ...(weekly === null ? {} : { weekly: weeklyFields(weekly) }),
    frozen: password.isFrozen ? 1 : 0,
    one_time: password.isOneTime ? 1 : 0,
    duress: password.isDuress ? 1 : 0,
    origin: password.origin,
    revision: password.revision,
    slot: password.userId,
    at_lock: slot === undefined ? "none" : slotState(slot),
    // Accepted by the lock, and shown by it or not.
    confidence: slot?.confidence ?? "unconfirmed",
    guard: enforcerOf(slot, password.window, state),
  };
}

/** What the lock is known to hold, in one word. */
export function slotState(slot: SlotRecord): string {
  switch (slot.content.kind) {
    case "unknown":
      return "unknown";
    case "empty":
      return "empty";
    case "occupied":
      return slot.content.userStatus === "occupiedEnabled" ? "enabled" : "disabled";
  }
}

/** V1.6 `get_default_password_plaintext`. */
export const getDefaultPasswordPlaintext = readCommand({
  name: "get_default_password_plaintext",
  summary: "The administrator password in clear.",
  access: "manager",
  input: address,
  output: Type.Object({ password: Type.String() }),
  run(context, input) {
    const lock = findLock(context.view, input);
    const administrator = context.view.get("password", [lock.lock, administratorId]);
    if (administrator === undefined || administrator.code === null) {
      throw new GatewayError("notFound", "uuid: the lock has no known administrator password", {
        field: "uuid",
      });
    }
    const { code, sealedFor } = administrator;
    return answer({ password: null }, [{ path: ["password"], code, boundTo: sealedFor }]);
  },
});

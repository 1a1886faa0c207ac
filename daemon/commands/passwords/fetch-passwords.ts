import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { enforcerOf } from "../../core/enforcement/enforcer.ts";
import type { TimeReading } from "../../core/model/clock.ts";
import {
  administratorId,
  type PasswordRecord,
  passwordOrigins,
} from "../../core/model/password.ts";
import type { SlotRecord } from "../../core/model/slot.ts";
import { operationNumbers, stageNumbers } from "../../core/outcome/password-event.ts";
import { isOver } from "../../core/plan/target.ts";
import { isOpen } from "../../core/time/window.ts";
import { lockErrors } from "../call-errors.ts";
import { answer, readCommand } from "../definition.ts";
import { findLock, lockView } from "../locks/address.ts";
import { atLock, confidence, guard, secondsOf, slotState } from "../locks/slots/slot-fields.ts";
import { oneOf, orNull, time, timeMs, yesNo } from "../schema/reply-fields.ts";
import { lockOnly, weekly } from "../schema/request-fields.ts";
import { weeklyFields } from "../schema/window-fields.ts";
import { ofGrant } from "./password-fields.ts";

const numbers = (values: readonly number[], description: string) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { description },
  );

/** V1.6 `fetch_passwords`: without any code. */
export const fetchPasswords = readCommand({
  name: "fetch_passwords",
  summary: "Lists a lock's passwords with their validity and how far the lock has got.",
  access: "manager",
  errors: lockErrors,
  resources: [{ method: "GET", path: "/api/locks/:uuid/passwords" }],
  phrases: [{ words: ["password", "list"], isOfLock: true }],
  input: lockOnly,
  output: Type.Object({
    passwords: Type.Array(
      Type.Object({
        id: Type.Integer(),
        time: timeMs("created"),
        is_default: yesNo("1 = the administrator password"),
        operation: numbers([1, 2, 3, 4, 5], "1 add, 2 delete, 3 update, 4 freeze, 5 unfreeze"),
        operation_stage: numbers([1, 2, 3], "1 waiting for the lock, 2 failed, 3 done"),
        reason: Type.Optional(Type.String({ description: "why it failed" })),
        permission_state: numbers([1, 2], "1 normal, 2 outside its validity"),
        name: Type.String(),
        description: Type.String(),
        send_to: Type.String(),
        permission: Type.Object({
          begin: time("valid from; 0 = at once"),
          end: time("valid until; 0 = for ever"),
          status: numbers([1, 2], "1 permanent, 2 time-limited"),
        }),
        weekly: Type.Optional(weekly),
        frozen: yesNo("1 = it opens nothing"),
        one_time: yesNo("1 = ends with its first opening"),
        duress: yesNo("1 = opens, and raises a silent alarm"),
        origin: oneOf(passwordOrigins),
        revision: Type.Integer(),
        grant_id: Type.Optional(ofGrant),
        slot: orNull(Type.Integer(), "ZCL user id; null = none"),
        at_lock: atLock,
        confidence,
        guard,
      }),
    ),
  }),
  run({ view, time: now }, input) {
    const { passwords, slots } = lockView(view, findLock(view, input));
    return answer({
      passwords: passwords.map((password) => {
        const slot = password.userId === null ? undefined : slots.get(password.userId);
        return {
          ...validityFields(password, now),
          ...slotFields(password, slot, now),
        };
      }),
    });
  },
});

function validityFields(password: PasswordRecord, { nowMs }: TimeReading): JsonObject {
  const { window } = password;
  const isValid = !isOver(password, nowMs) && isOpen(window, nowMs);
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
      // V1.6 types both as Int: 0 says "no limit", in replies as in requests.
      begin: secondsOf(window.beginMs) ?? 0,
      end: secondsOf(window.endMs) ?? 0,
      status: permissionStatus(password),
    },
    ...(window.weekly === null ? {} : { weekly: weeklyFields(window.weekly) }),
  };
}

/** V1.6: what the platform made is always time-limited, what a person made at the lock is permanent. */
function permissionStatus({ id, origin, window }: PasswordRecord): 1 | 2 {
  const isLimited = window.beginMs !== null || window.endMs !== null || window.weekly !== null;
  return origin === "keypad" || (id === administratorId && !isLimited) ? 1 : 2;
}

function slotFields(
  password: PasswordRecord,
  slot: SlotRecord | undefined,
  { state }: TimeReading,
): JsonObject {
  return {
    frozen: password.isFrozen ? 1 : 0,
    one_time: password.isOneTime ? 1 : 0,
    duress: password.isDuress ? 1 : 0,
    origin: password.origin,
    revision: password.revision,
    ...(password.grant === undefined ? {} : { grant_id: password.grant }),
    slot: password.userId,
    at_lock: slot === undefined ? "none" : slotState(slot),
    confidence: slot?.confidence ?? "unconfirmed",
    guard: enforcerOf(slot, password.window, state),
  };
}

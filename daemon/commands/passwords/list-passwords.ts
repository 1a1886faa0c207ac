import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { enforcerOf } from "../../core/enforcement/enforcer.ts";
import {
  administratorId,
  type PasswordRecord,
  passwordFailures,
  passwordOrigins,
} from "../../core/model/password.ts";
import { overdueRevocations } from "../../core/plan/overdue.ts";
import { passwordStages, stageOf, wasInLock } from "../../core/plan/password-stage.ts";
import { isOver } from "../../core/plan/target.ts";
import { nextIntervals } from "../../core/time/window.ts";
import { lockErrors } from "../call-errors.ts";
import type { CommandContext } from "../command.ts";
import { answer, readCommand } from "../definition.ts";
import { mayReadDoors, mayReadNames } from "../history/event-scopes.ts";
import { findLock, lockView } from "../locks/address.ts";
import { knownOf } from "../locks/lock-moment.ts";
import { atLock, confidence, guard, secondsOf, slotState } from "../locks/slots/slot-fields.ts";
import { oneOf, orNull, time, yesNo } from "../schema/reply-fields.ts";
import { lockOnly, weekly } from "../schema/request-fields.ts";
import { weeklyFields } from "../schema/window-fields.ts";
import { ofGrant } from "./password-fields.ts";

/** What not everybody may read who may call it. */
const personalFields = {
  name: Type.Optional(Type.String({ description: "for managers only" })),
  is_duress: Type.Optional(yesNo("1 = opens, and raises a silent alarm; for managers only")),
  used_at: Type.Optional(
    orNull(time("when a one-time password opened"), "for stewards and managers only"),
  ),
};

/** How each password is, for people who look at the lock: no code, and names only for those who know them. */
export const listPasswords = readCommand({
  name: "list_passwords",
  summary:
    "How far each password of a lock is at the lock, who enforces it, and until when it opens.",
  access: "technician",
  errors: lockErrors,
  resources: [{ method: "GET", path: "/api/locks/:uuid/password-states" }],
  input: lockOnly,
  output: Type.Object({
    passwords: Type.Array(
      Type.Object({
        password_id: Type.Integer(),
        ...personalFields,
        is_default: yesNo("1 = the administrator password"),
        stage: oneOf(
          passwordStages,
          "closed = it may not open now; waiting = the lock does not have it yet; inLock = accepted; confirmed = shown by the lock; failed = see reason; removing = the lock may still have it",
        ),
        reason: orNull(oneOf(passwordFailures), "why it failed"),
        overdue_since: orNull(time("since when it may open although it should not")),
        operation: oneOf(["add", "delete", "update", "freeze", "unfreeze"]),
        operation_stage: oneOf(["inProgress", "failed", "done"]),
        changed_at: time("when somebody last changed what is wanted"),
        begin: orNull(Type.Integer(), "Unix seconds"),
        end: orNull(Type.Integer(), "Unix seconds"),
        weekly: orNull(weekly),
        opens_from: orNull(
          time("the begin of the interval that is open or opens next"),
          "null = it has none, or never opens again",
        ),
        opens_until: orNull(time("the end of that interval"), "null as opens_from"),
        is_over: yesNo("1 = it never opens again unless somebody changes it"),
        is_frozen: yesNo("1 = it opens nothing"),
        is_one_time: yesNo("1 = ends with its first opening"),
        is_used: yesNo("1 = a one-time password that has opened"),
        enforced_by: guard,
        origin: oneOf(passwordOrigins),
        grant_id: Type.Optional(ofGrant),
        slot: orNull(Type.Integer(), "ZCL user id; null = none"),
        at_lock: atLock,
        was_in_lock: yesNo("1 = the lock has accepted a code of it at least once"),
        confidence,
        verified_at: orNull(time("when the lock last showed the slot")),
      }),
    ),
  }),
  run(context, input) {
    const lock = findLock(context.view, input);
    const known = knownOf(context, lock.lock);
    const view = lockView(context.view, lock);
    const plan = { view, time: context.time, blockedUntilMs: null, ...known };
    const overdue = new Map(
      overdueRevocations(view, context.time.nowMs, known).map((one) => [
        one.passwordId,
        one.sinceMs,
      ]),
    );
    return answer({
      passwords: view.passwords.map((password) => {
        const sinceMs = overdue.get(password.id) ?? null;
        const slot = password.userId === null ? undefined : view.slots.get(password.userId);
        return {
          password_id: password.id,
          ...personal(context, password),
          is_default: password.id === administratorId ? 1 : 0,
          stage: stageOf(plan, password, sinceMs !== null),
          reason: password.failure,
          overdue_since: secondsOf(sinceMs),
          operation: password.operation,
          operation_stage: password.operationStage,
          changed_at: Math.floor(password.changedAtMs / 1000),
          ...windowFields(password, context.time.nowMs),
          is_frozen: password.isFrozen ? 1 : 0,
          is_one_time: password.isOneTime ? 1 : 0,
          is_used: password.consumedAtMs === null ? 0 : 1,
          enforced_by: enforcerOf(slot, password.window, context.time.state),
          origin: password.origin,
          ...(password.grant === undefined ? {} : { grant_id: password.grant }),
          slot: password.userId,
          at_lock: slot === undefined ? "none" : slotState(slot),
          was_in_lock: wasInLock(password, slot) ? 1 : 0,
          confidence: slot?.confidence ?? "unconfirmed",
          verified_at: secondsOf(slot?.verifiedAtMs ?? null),
        };
      }),
    });
  },
});

function personal({ caller }: CommandContext, password: PasswordRecord): JsonObject {
  const { name, isDuress, consumedAtMs } = password;
  return {
    ...(mayReadNames(caller) ? { name, is_duress: isDuress ? 1 : 0 } : {}),
    ...(mayReadDoors(caller) ? { used_at: secondsOf(consumedAtMs) } : {}),
  };
}

function windowFields(password: PasswordRecord, nowMs: number): JsonObject {
  const { beginMs, endMs, weekly: week } = password.window;
  const isEnded = isOver(password, nowMs);
  const [next] = isEnded ? [] : nextIntervals(password.window, nowMs, 1);
  return {
    begin: secondsOf(beginMs),
    end: secondsOf(endMs),
    weekly: week === null ? null : weeklyFields(week),
    opens_from: secondsOf(next?.beginMs ?? null),
    opens_until: secondsOf(next?.endMs ?? null),
    is_over: isEnded ? 1 : 0,
  };
}

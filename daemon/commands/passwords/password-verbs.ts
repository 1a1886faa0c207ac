import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockView } from "../../core/model/lock.ts";
import {
  administratorId,
  type PasswordId,
  type PasswordRecord,
} from "../../core/model/password.ts";
import type { CommandContext, Decision } from "../command.ts";
import { findLock, findPassword, lockView } from "../locks/address.ts";
import { lockAddress, passwordId } from "../schema/request-fields.ts";
import { checkClock, decide } from "./desired-password.ts";
import { nextRevision, writeCommand } from "./password-change.ts";

/** The three verbs that name a password and nothing else. */
function verb(
  name: string,
  summary: string,
  act: (context: CommandContext, held: LockView, before: PasswordRecord) => Decision,
) {
  return writeCommand({
    name,
    summary,
    input: Type.Object(
      { ...lockAddress, password_id: passwordId },
      { additionalProperties: false },
    ),
    run: (context, input) => {
      const lock = findLock(context.view, input);
      const before = findPassword(context.view, lock.lock, input.password_id);
      return act(context, lockView(context.view, lock), before);
    },
  });
}

function refuseForAdministrator(id: PasswordId, what: string): void {
  if (id !== administratorId) return;
  throw new GatewayError(
    "administratorProtected",
    `password_id: the administrator password cannot be ${what}`,
    { field: "password_id" },
  );
}

export const deletePassword = verb(
  "delete_password",
  "Deletes a password; it stays visible as (2, 1) or (2, 2) until the lock has confirmed.",
  (context, held, before) => {
    refuseForAdministrator(before.id, "deleted");
    return decide(held, nextRevision(context, held, { ...before, isDeleted: true }, "delete"), {});
  },
);

export const frozenPassword = verb(
  "frozen_password",
  "Freezes a password: it stays on the lock and opens nothing.",
  (context, held, before) => {
    refuseForAdministrator(before.id, "frozen");
    return decide(held, nextRevision(context, held, { ...before, isFrozen: true }, "freeze"), {});
  },
);

export const unfrozenPassword = verb(
  "unfrozen_password",
  "Makes a frozen password open again.",
  (context, held, before) => {
    checkClock(context);
    return decide(
      held,
      nextRevision(context, held, { ...before, isFrozen: false }, "unfreeze"),
      {},
    );
  },
);

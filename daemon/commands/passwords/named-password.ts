import type { Static } from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockView } from "../../core/model/lock.ts";
import {
  administratorId,
  type PasswordId,
  type PasswordRecord,
} from "../../core/model/password.ts";
import type { CommandContext } from "../command.ts";
import { findLock, findPassword, lockView } from "../locks/address.ts";
import type { passwordOnly } from "./password-fields.ts";

/**
 * Returns the password that a request names, and everything stored of its lock.
 * @throws GatewayError `notFound`
 */
export function namedPassword(
  { view }: CommandContext,
  input: Static<typeof passwordOnly>,
): { readonly lock: LockView; readonly password: PasswordRecord } {
  const lock = findLock(view, input);
  const password = findPassword(view, lock.lock, input.password_id);
  return { lock: lockView(view, lock), password };
}

/** @throws GatewayError `administratorProtected`, because nobody deletes or freezes that password */
export function refuseAdministrator(id: PasswordId, what: string): void {
  if (id !== administratorId) return;
  throw new GatewayError(
    "administratorProtected",
    `password_id: the administrator password cannot be ${what}`,
    { field: "password_id" },
  );
}

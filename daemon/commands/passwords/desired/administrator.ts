import { GatewayError } from "../../../core/model/errors.ts";
import type { LockView } from "../../../core/model/lock.ts";
import { administratorId } from "../../../core/model/password.ts";

/** Returns whether the lock has an administrator password, which comes before every other one. */
export function hasAdministrator({ passwords }: Pick<LockView, "passwords">): boolean {
  return passwords.some(({ id }) => id === administratorId);
}

/** @throws GatewayError `badParameters`, naming `field` */
export function requireAdministrator(lock: Pick<LockView, "passwords">, field: string): void {
  if (hasAdministrator(lock)) return;
  const text = `${field}: the administrator password (is_default 1) must be set first`;
  throw new GatewayError("badParameters", text, { field });
}

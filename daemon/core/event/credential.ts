import type { OperationSource, UserId } from "../model/door-lock.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";

/**
 * Kinds of credentials: the first half of an `unlockId` ("1-2"). The numbers are the data points with which
 * Zigbee locks of the lock actions' vendor report an opening.
 */
export const credentialKinds = {
  fingerprint: 1,
  password: 2,
  temporaryPassword: 3,
  dynamicPassword: 4,
  card: 5,
} as const;

/**
 * Returns what opened the door as "kind-number" with its number on the lock; null = the lock did not say.
 * A code of the administrator, of the keypad or of no password has the kind `password`.
 */
export function unlockIdOf(
  source: OperationSource,
  userId: UserId | null,
  holder: PasswordRecord | null,
): string | null {
  if (userId === null) return null;
  switch (source) {
    case "keypad":
      return `${codeKind(holder)}-${userId}`;
    case "fingerprint":
      return `${credentialKinds.fingerprint}-${userId}`;
    case "rfid":
      return `${credentialKinds.card}-${userId}`;
    case "rf":
    case "manual":
    case "bluetooth":
    case "self":
    case "indeterminate":
      return null;
  }
}

/** Returns the kind of the code in a slot. */
export function codeKind(holder: PasswordRecord | null): number {
  if (holder === null || holder.id === administratorId || holder.origin === "keypad") {
    return credentialKinds.password;
  }
  return holder.id === 0 ? credentialKinds.dynamicPassword : credentialKinds.temporaryPassword;
}

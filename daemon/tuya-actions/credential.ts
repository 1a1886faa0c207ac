import type { CommandContext } from "../commands/command.ts";
import { codeKind, credentialKinds } from "../core/event/credential.ts";
import { GatewayError } from "../core/model/errors.ts";
import type { LockRecord } from "../core/model/lock.ts";
import type { PasswordRecord } from "../core/model/password.ts";

/** A credential on a lock that the request names. */
export interface NamedCredential {
  /** As the lock's openings name it. */
  readonly unlockId: string;
  /** The password of the code; null = a card, a finger, or a code without a password. */
  readonly holder: PasswordRecord | null;
}

const codeKinds: ReadonlySet<number> = new Set([
  credentialKinds.password,
  credentialKinds.temporaryPassword,
  credentialKinds.dynamicPassword,
]);

/**
 * Finds the credential "kind-number". A code must be in the lock. A Zigbee lock does not report cards and
 * fingers before they are used, so any number is accepted for them.
 * @throws GatewayError `badParameters` for an unknown kind, `notFound`, naming `field`.
 */
export function findCredential(
  { view }: CommandContext,
  lock: LockRecord,
  [field, kind, number]: readonly [field: string, kind: number, number: number],
): NamedCredential {
  if (!codeKinds.has(kind)) {
    if (kind !== credentialKinds.fingerprint && kind !== credentialKinds.card) {
      const text = `${field}: the kind must be 1 (finger), 2, 3, 4 (codes) or 5 (card)`;
      throw new GatewayError("badParameters", text, { field });
    }
    return { unlockId: `${kind}-${number}`, holder: null };
  }
  const slot = view.get("slot", [lock.lock, number]);
  const holderId = slot === undefined ? null : slot.holder;
  const holder = holderId === null ? null : (view.get("password", [lock.lock, holderId]) ?? null);
  const isThere = holder === null ? slot?.content.kind === "occupied" : !holder.isDeleted;
  if (!isThere) {
    throw new GatewayError("notFound", `${field}: the lock has no code number ${number}`, {
      field,
    });
  }
  return { unlockId: `${codeKind(holder)}-${number}`, holder };
}

import type { CommandContext } from "../commands/command.ts";
import { codeKind, credentialKinds } from "../core/event/credential.ts";
import { GatewayError } from "../core/model/errors.ts";
import type { LockRecord } from "../core/model/lock.ts";
import type { PasswordRecord } from "../core/model/password.ts";

/** A credential on a lock that a caller named. */
export interface NamedCredential {
  /** As the lock's openings name it. */
  readonly unlockId: string;
  /** Whose code it is; null = a card, a finger, or a code that is nobody's. */
  readonly holder: PasswordRecord | null;
}

const codeKinds: ReadonlySet<number> = new Set([
  credentialKinds.password,
  credentialKinds.temporaryPassword,
  credentialKinds.dynamicPassword,
]);

/**
 * The credential "kind-number". A code has to be in the lock; of cards and fingers a Zigbee lock tells
 * nothing before they are used, so that they are taken by their number alone.
 * @throws GatewayError `badParameters` for a kind that there is not, `notFound`, naming `field`.
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
  const held = slot === undefined ? null : slot.holder;
  const holder = held === null ? null : (view.get("password", [lock.lock, held]) ?? null);
  const isThere = holder === null ? slot?.content.kind === "occupied" : !holder.isDeleted;
  if (!isThere) {
    throw new GatewayError("notFound", `${field}: the lock has no code number ${number}`, {
      field,
    });
  }
  return { unlockId: `${codeKind(holder)}-${number}`, holder };
}

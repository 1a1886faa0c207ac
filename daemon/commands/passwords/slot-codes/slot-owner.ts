import type { UserId } from "../../../core/model/door-lock.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { LockView } from "../../../core/model/lock.ts";
import type { PasswordOrigin, PasswordRecord } from "../../../core/model/password.ts";
import type { CodeMark } from "../../../core/model/sealed-code.ts";
import { holdsJunk } from "../../../core/plan/junk.ts";

/** A slot of a lock, as a program that counts slots names it. */
export interface WantedSlot {
  readonly userId: UserId;
  /** Whose passwords the program may change: those that it made itself. */
  readonly origin: PasswordOrigin;
  /** The code that the slot should get; absent = none. */
  readonly mark?: CodeMark;
}

/**
 * Returns the program's own password of a slot, also while it is being deleted, or null if it has none there.
 * @throws GatewayError `permissionDenied` if the slot has somebody else's password, or a code that nobody manages
 * here and that is not the wanted one
 */
export function ownPassword(view: LockView, wanted: WantedSlot): PasswordRecord | null {
  const { userId, origin, mark } = wanted;
  const own = view.passwords.find(
    (password) => password.onlyUserId === userId && password.origin === origin,
  );
  if (own !== undefined) return own;
  const holder = view.passwords.find((password) => password.userId === userId);
  if (holder !== undefined) throw denied(`user: slot ${userId} has a password of somebody else`);
  const slot = view.slots.get(userId);
  if (slot === undefined || slot.content.kind !== "occupied" || holdsJunk(slot)) return null;
  if (mark !== undefined && slot.content.mark === mark) return null;
  throw denied(`user: slot ${userId} has a code that latchd did not put there`);
}

function denied(text: string): GatewayError {
  return new GatewayError("permissionDenied", text, { field: "user" });
}

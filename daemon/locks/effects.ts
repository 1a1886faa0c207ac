import type { LockId } from "../core/model/door-lock.ts";
import type { Effects } from "../core/model/lock.ts";
import { type Change, put, remove, type Transaction } from "../store/store.ts";

/** Returns the transaction that writes the core's effects on one lock, or null if there is nothing to write. */
export function transactionOf(lock: LockId, effects: Effects): Transaction | null {
  const changes: Change[] = [];
  if (effects.lock !== undefined) changes.push(put("lock", [lock], effects.lock));
  for (const password of effects.passwords ?? []) {
    changes.push(put("password", [lock, password.id], password));
  }
  for (const id of effects.removedPasswords ?? []) changes.push(remove("password", [lock, id]));
  for (const slot of effects.slots ?? []) changes.push(put("slot", [lock, slot.userId], slot));
  const journal = effects.journal ?? [];
  return changes.length + journal.length === 0 ? null : { changes, journal };
}

import type { LockId } from "./door-lock.ts";

/**
 * Setting that holds a lock's grants after its records came from a copy: passwords changed up to its
 * value (ms UTC) may have been withdrawn since the copy was made, so their codes are not sent. What
 * the lock holds already stays; revocations go on; what is newly wanted is granted. The cloud's
 * snapshot of the lock, or an operator's word, takes the setting away.
 */
export function heldSetting(lock: LockId): readonly [string] {
  return [`grants.held.${lock}`];
}

/** Setting of a store that came from a copy, until the time is known and a command comes. */
export const restoredSetting = "order.restored";

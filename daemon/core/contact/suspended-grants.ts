import type { LockId } from "../model/door-lock.ts";

/**
 * Setting that holds a lock's grants after its records came from a copy: passwords changed up to its
 * value (ms UTC) may have been withdrawn since the copy was made, so their codes are not sent. What
 * the lock holds already stays; revocations go on; what is newly wanted is granted. The cloud's
 * snapshot of the lock, or an operator's word, takes the setting away.
 */
export function copySuspensionSetting(lock: LockId): readonly [string] {
  return [`grants.held.${lock}`];
}

/**
 * Setting that holds every grant of a lock, also what is newly wanted: a device with the lock's address has
 * joined and nobody has said that it is the same lock. Its value is when, ms UTC. Revocations go on. Only
 * `release_grants`, or a pairing that was opened for exactly this address, takes the setting away: a
 * snapshot says what is wanted, not what the device is.
 */
export function rejoinSuspensionSetting(lock: LockId): readonly [string] {
  return [`grants.rejoined.${lock}`];
}

/** Whether a setting of this name holds grants; its value is the moment that a releasing word must not be older than. */
export function suspendsGrants(name: string): boolean {
  return name.startsWith("grants.held.") || name.startsWith("grants.rejoined.");
}

/** Setting of a store that came from a copy, until the time is known and a command comes. */
export const restoredSetting = "order.restored";

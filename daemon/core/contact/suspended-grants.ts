import type { LockId } from "../model/door-lock.ts";

/**
 * Returns the name of the setting that suspends a lock's grants after its records came from a copy. Passwords changed up
 * to its value (ms UTC) may have been deleted since the copy was made, so their codes are not sent. Codes in the lock
 * stay, revocations continue, and newer passwords are granted. The cloud's snapshot of the lock, or `release_grants`,
 * removes the setting.
 */
export function copySuspensionSetting(lock: LockId): readonly [string] {
  return [`grants.held.${lock}`];
}

/**
 * Returns the name of the setting that suspends every grant of a lock, also of newer passwords: a device with the lock's
 * address has joined, and nobody has confirmed that it is the same lock. Its value is the time of that, ms UTC.
 * Revocations continue. Only `release_grants`, or a pairing opened for exactly this address, removes the setting: a
 * snapshot says what is wanted, not which device it is.
 */
export function rejoinSuspensionSetting(lock: LockId): readonly [string] {
  return [`grants.rejoined.${lock}`];
}

/**
 * Returns up to which time (ms UTC) changes of passwords are suspended, by the values of the two settings of a lock;
 * absent = no grant is suspended.
 */
export function suspensionOf(
  rejoined: unknown,
  copied: unknown,
): { readonly suspendedThroughMs?: number } {
  // Nobody has confirmed that it is the same lock: it gets no code at all.
  if (rejoined !== undefined) return { suspendedThroughMs: Number.MAX_SAFE_INTEGER };
  return typeof copied === "number" ? { suspendedThroughMs: copied } : {};
}

/** Says whether a setting of this name suspends grants. Its value is a time; an older release does not count. */
export function suspendsGrants(name: string): boolean {
  return name.startsWith("grants.held.") || name.startsWith("grants.rejoined.");
}

/** Name of the setting of a store that came from a copy, until the time is known and a command arrives. */
export const restoredSetting = "order.restored";

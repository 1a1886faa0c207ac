import type { LockId } from "../../../core/model/door-lock.ts";
import { isLockId } from "../../../core/model/door-lock.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { LockView } from "../../../core/model/lock.ts";
import type { StoreView } from "../../../store/store.ts";
import { findLock, lockView } from "../../locks/address.ts";
import { maxDoors } from "../grant-fields.ts";

/** The doors that a request names. */
export interface NamedDoors {
  readonly locks?: readonly string[];
  readonly rooms?: readonly string[];
  readonly home_id?: string;
}

/** A lock of a request, and the field that names it. */
export interface WantedDoor {
  readonly field: string;
  readonly lock: LockView;
}

/**
 * Returns the locks that a request names, each of them once.
 * @throws GatewayError `badParameters` for none or too many, `notFound`, `roomMissing`
 */
export function wantedDoors(view: StoreView, named: NamedDoors): readonly WantedDoor[] {
  const doors = new Map<LockId, WantedDoor>();
  for (const [field, find] of addressesOf(view, named)) {
    const lock = atField(field, find);
    if (!doors.has(lock.lock)) doors.set(lock.lock, { field, lock: lockView(view, lock) });
  }
  requireDoors(doors.size);
  return [...doors.values()];
}

/**
 * Returns the addresses of the locks that a request names. A lock need not be paired any more.
 * @throws GatewayError `badParameters` for none, `notFound`, `roomMissing`
 */
export function namedLocks(view: StoreView, named: NamedDoors): readonly LockId[] {
  const locks = (named.locks ?? []).filter(isLockId);
  const inRooms = addressesOf(view, { ...named, locks: [] }).map(
    ([field, find]) => atField(field, find).lock,
  );
  const all = [...new Set([...locks, ...inRooms])];
  requireDoors(all.length);
  return all;
}

/** Runs `work`; an error in it names the field of the request. */
export function atField<R>(field: string, work: () => R): R {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    const own = cause.field;
    const text =
      own !== undefined && cause.message.startsWith(`${own}: `)
        ? cause.message.slice(own.length + 2)
        : cause.message;
    throw new GatewayError(cause.code, `${field}: ${text}`, { field, cause });
  }
}

function addressesOf(view: StoreView, { locks = [], rooms = [], home_id: home }: NamedDoors) {
  const inHome = home === undefined ? {} : { home_id: home };
  return [
    ...locks.map((uuid, at) => [`locks.${at}`, () => findLock(view, { uuid })] as const),
    ...rooms.map(
      (room, at) => [`rooms.${at}`, () => findLock(view, { room_id: room, ...inHome })] as const,
    ),
  ];
}

function requireDoors(count: number): void {
  if (count > 0 && count <= maxDoors) return;
  const text = `locks: give locks or rooms, 1 to ${maxDoors} in all`;
  throw new GatewayError("badParameters", text, { field: "locks" });
}

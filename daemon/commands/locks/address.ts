import { isLockId, type LockId } from "../../core/model/door-lock.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockRecord, LockView } from "../../core/model/lock.ts";
import type { PasswordRecord } from "../../core/model/password.ts";
import type { StoreView } from "../../store/store.ts";
import { bindingAt, locationOf } from "../homes/lock-location.ts";

export interface LockAddress {
  readonly uuid?: string;
  readonly room_id?: string;
  readonly home_id?: string;
}

/**
 * Returns the lock that a caller means.
 * @throws GatewayError `badParameters` without an address, `notFound` for a lock that is not paired,
 * `roomMissing` for a room that does not exist
 */
export function findLock(view: StoreView, address: LockAddress): LockRecord {
  const { uuid } = address;
  if (uuid !== undefined) {
    const lock = isLockId(uuid) ? view.get("lock", [uuid]) : undefined;
    if (lock === undefined) {
      throw new GatewayError("notFound", `uuid: no lock ${uuid} is paired`, { field: "uuid" });
    }
    return lock;
  }
  if (address.room_id === undefined) {
    throw new GatewayError("badParameters", "uuid: give uuid or room_id", { field: "uuid" });
  }
  const bound = bindingAt(view, locationOf(view, address.room_id, address.home_id));
  const lock = bound === null ? undefined : view.get("lock", [bound.lock]);
  if (lock === undefined) {
    throw new GatewayError("notFound", `room_id: room ${address.room_id} has no lock`, {
      field: "room_id",
    });
  }
  return lock;
}

/** Returns everything stored of one lock. */
export function lockView(view: StoreView, lock: LockRecord): LockView {
  const slots = new Map([...view.list("slot", [lock.lock])].map((slot) => [slot.userId, slot]));
  return { lock, passwords: [...view.list("password", [lock.lock])], slots };
}

/** Returns a password. @throws GatewayError `notFound`, also for one that is being deleted */
export function findPassword(view: StoreView, lock: LockId, id: number): PasswordRecord {
  const password = view.get("password", [lock, id]);
  if (password === undefined || password.isDeleted) {
    throw new GatewayError("notFound", `password_id: the lock has no password ${id}`, {
      field: "password_id",
    });
  }
  return password;
}

/** Returns the lock that a command's parameters name, or null if they name none. */
export function lockNamed(view: StoreView, input: unknown): LockId | null {
  const address = addressOf(input);
  const { uuid } = address;
  if (uuid !== undefined) return isLockId(uuid) ? uuid : null;
  if (address.room_id === undefined) return null;
  try {
    return findLock(view, address).lock;
  } catch (error) {
    if (error instanceof GatewayError) return null;
    throw error;
  }
}

/** Returns the locks that a command's parameters name, by one address or by lists of them. */
export function locksNamed(view: StoreView, input: unknown): readonly LockId[] {
  const fields: Readonly<Record<string, unknown>> = { ...Object(input) };
  const { locks, rooms, home_id: home } = fields;
  const addresses = [
    input,
    ...(Array.isArray(locks) ? locks.map((uuid: unknown) => ({ uuid })) : []),
    ...(Array.isArray(rooms) ? rooms.map((room_id: unknown) => ({ room_id, home_id: home })) : []),
  ];
  return addresses.flatMap((address) => lockNamed(view, address) ?? []);
}

/** Returns the address fields of any command's parameters. */
export function addressOf(input: unknown): LockAddress {
  const fields = new Map<string, unknown>(
    typeof input === "object" && input !== null ? Object.entries(input) : [],
  );
  const uuid = textOf(fields.get("uuid"));
  const room = textOf(fields.get("room_id"));
  const home = textOf(fields.get("home_id"));
  return {
    ...(uuid === undefined ? {} : { uuid }),
    ...(room === undefined ? {} : { room_id: room }),
    ...(home === undefined ? {} : { home_id: home }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

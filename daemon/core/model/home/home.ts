import type { LockId } from "../door-lock.ts";

/** A home ("公寓") of the V1.6 API, section 5. Its id is the caller's own, unique on this gateway. */
export interface HomeRecord {
  readonly homeId: string;
  readonly name: string;
  /** Address, to the door number. */
  readonly location: string;
  readonly description: string;
  /** V1.6 `sp_state`: 1 not installed, 2 manageable. */
  readonly spState: 1 | 2;
  /** When this gateway was bound to the home; null = it has none. */
  readonly gatewayBoundAtMs: number | null;
  readonly createdAtMs: number;
}

/** A room of a home. */
export interface RoomRecord {
  readonly homeId: string;
  /** The caller's own id, unique in its home. */
  readonly roomId: string;
  /** The system's own id, unique everywhere. */
  readonly systemId: string;
  readonly name: string;
  readonly description: string;
  readonly createdAtMs: number;
}

/** The location of a lock: in a room, or (null) at the home's outer door. */
export interface BindingRecord {
  readonly lock: LockId;
  readonly homeId: string;
  readonly roomId: string | null;
  readonly boundAtMs: number;
}

/** The deletion of a home. latchd unpairs its locks one after the other, and continues after a restart. */
export interface RemovalRecord {
  /** V1.6 `serviceid`. */
  readonly serviceId: string;
  readonly homeId: string;
  /** Locks that are not unpaired yet. */
  readonly waiting: readonly LockId[];
  readonly atMs: number;
}

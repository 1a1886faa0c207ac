import { GatewayError } from "../../core/model/errors.ts";
import type { BindingRecord, HomeRecord, RoomRecord } from "../../core/model/home/home.ts";
import type { StoreView } from "../../store/store.ts";

/** Where a lock can be: in a room, or at the outer door of a home (`room` null). */
export interface LockLocation {
  readonly homeId: string;
  readonly room: RoomRecord | null;
}

/** Returns a home. @throws GatewayError `notFound` */
export function findHome(view: StoreView, homeId: string): HomeRecord {
  const home = view.get("home", [homeId]);
  if (home === undefined) {
    throw new GatewayError("notFound", `home_id: there is no home ${homeId}`, { field: "home_id" });
  }
  return home;
}

/**
 * Returns the room that a caller means, by the caller's id (with `homeId`, unless only one home has a room of
 * that id) or by the system's id.
 * @throws GatewayError `roomMissing`, or `badParameters` when more than one home has such a room
 */
export function findRoom(view: StoreView, roomId: string, homeId: string | undefined): RoomRecord {
  if (homeId !== undefined) {
    const own = view.get("room", [homeId, roomId]);
    if (own !== undefined) return own;
  }
  const isMeant = (room: RoomRecord): boolean =>
    (homeId === undefined || room.homeId === homeId) &&
    (room.roomId === roomId || room.systemId === roomId);
  const [first, second] = [...view.list("room")].filter(isMeant);
  if (first === undefined) {
    throw new GatewayError("roomMissing", `room_id: there is no room ${roomId}`, {
      field: "room_id",
    });
  }
  if (second !== undefined) {
    throw new GatewayError("badParameters", `home_id: more than one home has a room ${roomId}`, {
      field: "home_id",
    });
  }
  return first;
}

/**
 * Returns the location that an address names. For the outer door V1.6 has `room_id` = `home_id`.
 * @throws GatewayError as {@link findRoom}
 */
export function locationOf(
  view: StoreView,
  roomId: string,
  homeId: string | undefined,
): LockLocation {
  const isOuterDoor = (homeId ?? roomId) === roomId && view.get("home", [roomId]) !== undefined;
  if (isOuterDoor) return { homeId: roomId, room: null };
  const room = findRoom(view, roomId, homeId);
  return { homeId: room.homeId, room };
}

/** Returns the binding of the lock at a location, or null if there is none. */
export function bindingAt(view: StoreView, location: LockLocation): BindingRecord | null {
  const roomId = location.room?.roomId ?? null;
  for (const binding of view.list("binding")) {
    if (binding.homeId === location.homeId && binding.roomId === roomId) return binding;
  }
  return null;
}

/** Returns the bindings of a home, its outer door first. */
export function bindingsOf(view: StoreView, homeId: string): readonly BindingRecord[] {
  return [...view.list("binding")]
    .filter((binding) => binding.homeId === homeId)
    .sort((left, right) => Number(left.roomId !== null) - Number(right.roomId !== null));
}

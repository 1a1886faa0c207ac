import Type, { type Static } from "typebox";
import type { LockId } from "../../../core/model/door-lock.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { BindingRecord } from "../../../core/model/home/home.ts";
import type { StoreView } from "../../../store/store.ts";
import { homeId, lockUuid, roomId } from "../../schema/request-fields.ts";
import { findHome, locationOf } from "../lock-location.ts";

/** A request that names a lock and its new place: a room, or (no room_id) the home's outer door. */
export const placeFields = Type.Object(
  {
    uuid: lockUuid("the lock's IEEE address"),
    home_id: homeId,
    room_id: Type.Optional(roomId),
  },
  { additionalProperties: false },
);

/** Where a lock is: a room, or (roomId null) the outer door of a home. */
export type LockPlace = Pick<BindingRecord, "homeId" | "roomId">;

/** Returns the place that a request names. @throws GatewayError `notFound`, `roomMissing` */
export function placeNamed(
  view: StoreView,
  { home_id, room_id }: Static<typeof placeFields>,
): LockPlace {
  if (findHome(view, home_id).gatewayBoundAtMs === null) {
    const text = "home_id: the home has no gateway yet: bind_center first";
    throw new GatewayError("notFound", text, { field: "home_id" });
  }
  const { homeId, room } = locationOf(view, room_id ?? home_id, home_id);
  return { homeId, roomId: room?.roomId ?? null };
}

/** Returns whether the lock is at the place. */
export function isAt(view: StoreView, lock: LockId, { homeId, roomId }: LockPlace): boolean {
  const binding = view.get("binding", [lock]);
  return binding?.homeId === homeId && binding.roomId === roomId;
}

/** @throws GatewayError `roomTaken` */
export function requireFree(view: StoreView, { homeId, roomId }: LockPlace): void {
  const isTaken = [...view.list("binding")].some(
    (binding) => binding.homeId === homeId && binding.roomId === roomId,
  );
  if (!isTaken) return;
  throw new GatewayError("roomTaken", "room_id: a lock is bound there already", {
    field: "room_id",
  });
}

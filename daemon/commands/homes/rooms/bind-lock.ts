import Type from "typebox";
import { activityIds } from "../../../core/logs/activity-log.ts";
import type { LockId } from "../../../core/model/door-lock.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { BindingRecord } from "../../../core/model/home/home.ts";
import { put, type StoreView } from "../../../store/store.ts";
import { lockErrors } from "../../call-errors.ts";
import { changing, writeCommand } from "../../definition.ts";
import { findLock } from "../../locks/address.ts";
import { emptyReply } from "../../schema/reply-fields.ts";
import { homeId, lockUuid, roomId } from "../../schema/request-fields.ts";
import { bindingAt, findHome, type LockLocation, locationOf } from "../lock-location.ts";

/** latchd's own: V1.6 has error codes for bindings (15008 … 15012) but no call that makes one. */
export const bindLock = writeCommand({
  name: "bind_lock",
  summary: "Binds a paired lock to a room, or (no room_id) to the home's outer door.",
  access: "installer",
  errors: [...lockErrors, "roomTaken", "deviceExists", "deviceTaken"],
  phrases: [{ words: ["room", "bind"], fields: ["uuid", "home_id", "room_id"] }],
  lockActivity: activityIds.lockBound,
  input: Type.Object(
    {
      uuid: lockUuid("the lock's IEEE address"),
      home_id: homeId,
      room_id: Type.Optional(roomId),
    },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run({ view, time }, wanted) {
    const { lock } = findLock(view, { uuid: wanted.uuid });
    const home = findHome(view, wanted.home_id);
    if (home.gatewayBoundAtMs === null) {
      const text = "home_id: the home has no gateway yet: bind_center first";
      throw new GatewayError("notFound", text, { field: "home_id" });
    }
    const location = locationOf(view, wanted.room_id ?? wanted.home_id, wanted.home_id);
    requireUnbound(view, lock, location);
    if (bindingAt(view, location) !== null) {
      throw new GatewayError("roomTaken", "room_id: a lock is bound there already", {
        field: "room_id",
      });
    }
    const binding: BindingRecord = {
      lock,
      homeId: location.homeId,
      roomId: location.room?.roomId ?? null,
      boundAtMs: time.nowMs,
    };
    return changing([put("binding", [lock], binding)]);
  },
});

/** @throws GatewayError `deviceExists` for a lock that is bound there, `deviceTaken` for one bound elsewhere */
function requireUnbound(view: StoreView, lock: LockId, { homeId: home, room }: LockLocation): void {
  const binding = view.get("binding", [lock]);
  if (binding === undefined) return;
  const isSame = binding.homeId === home && binding.roomId === (room?.roomId ?? null);
  throw isSame
    ? new GatewayError("deviceExists", "uuid: the lock is bound there already", { field: "uuid" })
    : new GatewayError("deviceTaken", "uuid: the lock is bound to another room: unbind_lock", {
        field: "uuid",
      });
}

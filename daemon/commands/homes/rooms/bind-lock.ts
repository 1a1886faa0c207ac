import { activityIds } from "../../../core/logs/activity-log.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import { put } from "../../../store/store.ts";
import { lockErrors } from "../../call-errors.ts";
import { changing, writeCommand } from "../../definition.ts";
import { findLock } from "../../locks/address.ts";
import { emptyReply } from "../../schema/reply-fields.ts";
import { isAt, placeFields, placeNamed, requireFree } from "./lock-place.ts";

/** latchd's own: V1.6 has error codes for bindings (15008 … 15012) but no call that makes one. */
export const bindLock = writeCommand({
  name: "bind_lock",
  summary: "Binds a paired lock to a room, or (no room_id) to the home's outer door.",
  access: "installer",
  errors: [...lockErrors, "roomTaken", "deviceExists", "deviceTaken"],
  phrases: [{ words: ["room", "bind"], isOfLock: true, fields: ["home_id", "room_id"] }],
  lockActivity: activityIds.lockBound,
  input: placeFields,
  output: emptyReply,
  run({ view, time }, wanted) {
    const { lock } = findLock(view, { uuid: wanted.uuid });
    const place = placeNamed(view, wanted);
    if (isAt(view, lock, place)) {
      throw new GatewayError("deviceExists", "uuid: the lock is bound there already", {
        field: "uuid",
      });
    }
    if (view.get("binding", [lock]) !== undefined) {
      const text = "uuid: the lock is bound to another room: move_lock";
      throw new GatewayError("deviceTaken", text, { field: "uuid" });
    }
    requireFree(view, place);
    return changing([put("binding", [lock], { lock, ...place, boundAtMs: time.nowMs })]);
  },
});

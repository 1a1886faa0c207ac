import { activityIds } from "../../../core/logs/activity-log.ts";
import { put } from "../../../store/store.ts";
import { changing, writeCommand } from "../../definition.ts";
import { emptyReply } from "../../schema/reply-fields.ts";
import { findHome, findRoom } from "../lock-location.ts";
import { roomFields } from "./room-fields.ts";

export const updateRoom = writeCommand({
  name: "update_room",
  summary: "Changes a room's name and description.",
  access: "manager",
  errors: ["notFound", "roomMissing"],
  activity: activityIds.roomChanged,
  input: roomFields,
  output: emptyReply,
  run({ view }, wanted) {
    findHome(view, wanted.home_id);
    const room = findRoom(view, wanted.room_id, wanted.home_id);
    const next = { ...room, name: wanted.room_name, description: wanted.room_description };
    return changing([put("room", [room.homeId, room.roomId], next)]);
  },
});

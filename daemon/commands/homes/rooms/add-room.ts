import Type from "typebox";
import { activityIds } from "../../../core/logs/activity-log.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { RoomRecord } from "../../../core/model/home/home.ts";
import { put } from "../../../store/store.ts";
import { changing, writeCommand } from "../../definition.ts";
import { findHome } from "../lock-location.ts";
import { roomFields } from "./room-fields.ts";

/** Limit of rooms of one home; one more is refused as busy. */
export const maxRoomsPerHome = 128;

export const addRoom = writeCommand({
  name: "add_room",
  summary: "Adds a room to a home.",
  access: "manager",
  errors: ["notFound", "duplicate", "busy"],
  phrases: [
    {
      words: ["room", "add"],
      fields: ["home_id", "room_name"],
      made: { room_id: "room" },
      defaults: { room_description: "" },
    },
  ],
  activity: activityIds.roomChanged,
  input: roomFields,
  output: Type.Object({
    room_id: Type.String({ description: "the system's own id, unique in the whole system" }),
  }),
  run(context, wanted) {
    const { view, time } = context;
    findHome(view, wanted.home_id);
    if (wanted.room_id === wanted.home_id) {
      const text = "room_id: with the home's id V1.6 names the outer door; take another";
      throw new GatewayError("badParameters", text, { field: "room_id" });
    }
    if (view.get("room", [wanted.home_id, wanted.room_id]) !== undefined) {
      throw new GatewayError("duplicate", `room_id: ${wanted.room_id} exists in this home`, {
        field: "room_id",
      });
    }
    if ([...view.list("room", [wanted.home_id])].length >= maxRoomsPerHome) {
      throw new GatewayError("busy", `the home has ${maxRoomsPerHome} rooms; delete one first`);
    }
    const room: RoomRecord = {
      homeId: wanted.home_id,
      roomId: wanted.room_id,
      systemId: context.newId(),
      name: wanted.room_name,
      description: wanted.room_description,
      createdAtMs: time.nowMs,
    };
    return changing([put("room", [room.homeId, room.roomId], room)], { room_id: room.systemId });
  },
});

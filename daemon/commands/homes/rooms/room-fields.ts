import Type from "typebox";
import { homeId, roomId, text } from "../../schema/request-fields.ts";

/** A request that gives a room its name and description. */
export const roomFields = Type.Object(
  {
    home_id: homeId,
    room_id: roomId,
    room_name: text("name"),
    room_description: text("free text", 512),
  },
  { additionalProperties: false },
);

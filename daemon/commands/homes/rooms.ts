import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { RoomRecord } from "../../core/model/home/home.ts";
import { put, remove } from "../../store/store.ts";
import type { Command, CommandContext, Decision } from "../command.ts";
import { unpairingChanges } from "../locks/unpairing.ts";
import { writeCommand } from "../passwords/password-change.ts";
import { answer } from "../read-command.ts";
import { checkUnpairing, confirmation } from "../removal-limit.ts";
import { homeId, roomId, text } from "../schema/request-fields.ts";
import { bindingAt, findHome, findRoom } from "./lock-location.ts";

/** Rooms of one home; at the limit `add_room` is refused with 16002. */
export const maxRoomsPerHome = 128;

const roomInput = Type.Object(
  {
    home_id: homeId,
    room_id: roomId,
    room_name: text("name"),
    room_description: text("free text", 512),
  },
  { additionalProperties: false },
);

const addRoom = writeCommand({
  name: "add_room",
  summary: "Adds a room to a home.",
  input: roomInput,
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
    const changes = [put("room", [room.homeId, room.roomId], room)];
    return { ...answer({ room_id: room.systemId }), changes };
  },
});

const updateRoom = writeCommand({
  name: "update_room",
  summary: "Changes a room's name and description.",
  input: roomInput,
  run({ view }, wanted) {
    findHome(view, wanted.home_id);
    const room = findRoom(view, wanted.room_id, wanted.home_id);
    const next = { ...room, name: wanted.room_name, description: wanted.room_description };
    return { ...answer({}), changes: [put("room", [room.homeId, room.roomId], next)] };
  },
});

const deleteRoom = writeCommand({
  name: "del_room",
  summary: "Deletes a room; a lock in it is unpaired: its codes are cleared, its records go.",
  input: Type.Object(
    { room_id: roomId, home_id: Type.Optional(homeId), confirm: confirmation },
    { additionalProperties: false },
  ),
  run: (context, input) =>
    removeRoom(context, findRoom(context.view, input.room_id, input.home_id), input.confirm),
});

function removeRoom(
  context: CommandContext,
  room: RoomRecord,
  confirm: boolean | undefined,
): Decision | Promise<() => Decision> {
  const { view, site } = context;
  const gone = remove("room", [room.homeId, room.roomId]);
  const bound = bindingAt(view, { homeId: room.homeId, room });
  if (bound === null) return { ...answer({}), changes: [gone] };
  checkUnpairing(context, [bound.lock], confirm);
  return site.removeLock(bound.lock, context.requester).then(({ wasTold }) => () => {
    const { changes, journal } = unpairingChanges(view, bound.lock, wasTold);
    return { ...answer({}), changes: [...changes, gone], journal };
  });
}

export const roomCommands: readonly Command[] = [addRoom, updateRoom, deleteRoom];

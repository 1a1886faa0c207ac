import Type from "typebox";
import { activityIds } from "../../../core/logs/activity-log.ts";
import { remove } from "../../../store/store.ts";
import { changing, writeCommand } from "../../definition.ts";
import { unpairingChanges } from "../../locks/pairing/unpairing.ts";
import { checkUnpairing, confirmation } from "../../removal-limit.ts";
import { emptyReply } from "../../schema/reply-fields.ts";
import { homeId, roomId } from "../../schema/request-fields.ts";
import { bindingAt, findRoom } from "../lock-location.ts";

export const delRoom = writeCommand({
  name: "del_room",
  summary: "Deletes a room; a lock in it is unpaired: its codes are cleared, its records go.",
  access: "manager",
  // confirmationNeeded: only the cloud gets it.
  errors: ["roomMissing", "confirmationNeeded"],
  phrases: [{ words: ["room", "delete"], fields: ["room_id"], unsaid: ["confirm"] }],
  loss: {
    text: "Room {room} is deleted; the lock in it is unpaired and its codes are gone.",
    typed: "room_id",
  },
  activity: activityIds.roomChanged,
  input: Type.Object(
    { room_id: roomId, home_id: Type.Optional(homeId), confirm: confirmation },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run(context, input) {
    const { view, site } = context;
    const room = findRoom(view, input.room_id, input.home_id);
    const removal = remove("room", [room.homeId, room.roomId]);
    const bound = bindingAt(view, { homeId: room.homeId, room });
    if (bound === null) return changing([removal]);
    checkUnpairing(context, [bound.lock], input.confirm);
    return site.removeLock(bound.lock, context.requester).then(({ wasTold }) => () => {
      const { changes, journal } = unpairingChanges(view, bound.lock, wasTold);
      return { ...changing([...changes, removal]), journal };
    });
  },
});

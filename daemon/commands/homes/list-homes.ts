import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { orNull, yesNo } from "../schema/reply-fields.ts";
import { noFields } from "../schema/request-fields.ts";
import { homeStateFields, stateOf } from "./home-state.ts";
import { bindingsOf } from "./lock-location.ts";

/** latchd's own: an installer picks a home and a room from it. */
export const listHomes = readCommand({
  name: "list_homes",
  summary: "The homes of this gateway with their rooms and the lock in each.",
  access: "technician",
  errors: [],
  resources: [{ method: "GET", path: "/api/homes" }],
  phrases: [{ words: ["home", "list"] }],
  input: noFields,
  output: Type.Object({
    homes: Type.Array(
      Type.Object({
        home_id: Type.String(),
        home_name: Type.String(),
        location: Type.String(),
        ...homeStateFields,
        has_gateway: yesNo("1 = the gateway is bound to it"),
        outer_lock: orNull(Type.String(), "the lock of the outer door"),
        rooms: Type.Array(
          Type.Object({
            room_id: Type.String(),
            room_name: Type.String(),
            lock: orNull(Type.String()),
          }),
        ),
      }),
    ),
  }),
  run({ view }) {
    const homes = [...view.list("home")].map((home) => {
      const locks = new Map(
        bindingsOf(view, home.homeId).map(({ roomId, lock }) => [roomId, lock]),
      );
      return {
        home_id: home.homeId,
        home_name: home.name,
        location: home.location,
        ...stateOf(view, home),
        has_gateway: home.gatewayBoundAtMs === null ? 0 : 1,
        outer_lock: locks.get(null) ?? null,
        rooms: [...view.list("room", [home.homeId])].map(({ roomId, name }) => ({
          room_id: roomId,
          room_name: name,
          lock: locks.get(roomId) ?? null,
        })),
      };
    });
    return answer({ homes });
  },
});

import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { devicesOf } from "./home-devices.ts";
import { findHome } from "./lock-location.ts";
import { oneHome } from "./named-homes.ts";

/** V1.6 `find_home_device`. */
export const findHomeDevice = readCommand({
  name: "find_home_device",
  summary: "The devices of a home.",
  access: "manager",
  errors: ["notFound"],
  input: oneHome,
  output: Type.Object({
    result: Type.Array(
      Type.Object({
        type: Type.String({ description: "gateway, home_lock (outer door) or room_lock" }),
        sn: Type.String(),
        uuid: Type.String(),
        room_id: Type.String({ description: "the home's id for gateway and home_lock" }),
      }),
    ),
  }),
  run(context, input) {
    const devices = devicesOf(context, findHome(context.view, input.home_id));
    return answer({ result: devices.map(({ device }) => device) });
  },
});

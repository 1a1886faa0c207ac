import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { devicesOf } from "./home-devices.ts";
import { homesOf, severalHomes } from "./named-homes.ts";

/** V1.6 `find_home_devices`: the ids of the homes are fields of the reply itself. */
export const findHomeDevices = readCommand({
  name: "find_home_devices",
  summary: "The devices of several homes with their states, by home id.",
  access: "manager",
  errors: [],
  input: severalHomes,
  output: Type.Object({}, { additionalProperties: true }),
  run(context, input) {
    const lists = Array.from(homesOf(context.view, input.home_id), (home) => {
      const devices = devicesOf(context, home).map(({ device, state }) => ({
        ...state,
        ...device,
      }));
      return [home.homeId, devices] as const;
    });
    return answer(Object.fromEntries(lists));
  },
});

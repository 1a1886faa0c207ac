import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { homeState, stateOf } from "./home-state.ts";
import { homesOf, severalHomes } from "./named-homes.ts";

/** V1.6 `find_home_states`. */
export const findHomeStates = readCommand({
  name: "find_home_states",
  summary: "Whether several homes are installed and manageable, by home id.",
  access: "manager",
  errors: [],
  input: severalHomes,
  output: Type.Object({ result: Type.Record(Type.String(), homeState) }),
  run({ view }, input) {
    const states = Array.from(
      homesOf(view, input.home_id),
      (home) => [home.homeId, stateOf(view, home)] as const,
    );
    return answer({ result: Object.fromEntries(states) });
  },
});

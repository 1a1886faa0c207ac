import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { homeState, stateOf } from "./home-state.ts";
import { findHome } from "./lock-location.ts";
import { oneHome } from "./named-homes.ts";

/** V1.6 `find_home_state`. */
export const findHomeState = readCommand({
  name: "find_home_state",
  summary: "Whether a home is installed and manageable.",
  access: "manager",
  errors: ["notFound"],
  input: oneHome,
  output: Type.Object({ result: homeState }),
  run: ({ view }, input) => answer({ result: stateOf(view, findHome(view, input.home_id)) }),
});

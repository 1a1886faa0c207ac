import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import type { HomeRecord } from "../../core/model/home/home.ts";
import type { StoreView } from "../../store/store.ts";
import { bindingsOf } from "./lock-location.ts";

export const homeStateFields = {
  sp_state: Type.Integer({ description: "1 not installed, 2 manageable" }),
  install_state: Type.Integer({ description: "3 assigned, 4 unassigned, 5 installed" }),
};

/** V1.6 `find_home_state`. */
export const homeState = Type.Object(homeStateFields);

/** Returns a home's state: installed once a lock is bound, assigned once an installer has confirmed. */
export function stateOf(view: StoreView, home: HomeRecord): JsonObject {
  const isInstalled = bindingsOf(view, home.homeId).length > 0;
  const appointment = view.get("order", [home.homeId]);
  const isAssigned = appointment !== undefined && appointment.installer !== null;
  return { sp_state: home.spState, install_state: isInstalled ? 5 : isAssigned ? 3 : 4 };
}

import Type from "typebox";
import type { HomeRecord } from "../../core/model/home/home.ts";
import type { StoreView } from "../../store/store.ts";
import { homeId } from "../schema/request-fields.ts";

/** Limit of homes in one request. */
const maxNamed = 256;

/** A request that names one home. */
export const oneHome = Type.Object({ home_id: homeId }, { additionalProperties: false });

/** A request that names several homes. */
export const severalHomes = Type.Object(
  {
    home_id: Type.Array(homeId, {
      maxItems: maxNamed,
      description: "homes; one that does not exist is left out of the answer",
    }),
  },
  { additionalProperties: false },
);

/** Yields the homes of these ids that exist, each once. */
export function* homesOf(view: StoreView, ids: readonly string[]): Generator<HomeRecord> {
  for (const id of new Set(ids)) {
    const home = view.get("home", [id]);
    if (home !== undefined) yield home;
  }
}

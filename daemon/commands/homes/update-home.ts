import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import type { HomeRecord } from "../../core/model/home/home.ts";
import { put } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { homeId } from "../schema/request-fields.ts";
import { homeTexts } from "./home-texts.ts";
import { findHome } from "./lock-location.ts";

export const updateHome = writeCommand({
  name: "update_home",
  summary: "Changes a home's state, name, address or description; what is absent stays.",
  access: "manager",
  errors: ["notFound"],
  activity: activityIds.homeChanged,
  input: Type.Object(
    {
      home_id: homeId,
      sp_state: Type.Optional(
        Type.Union([Type.Literal(1), Type.Literal(2)], {
          description: "1 not installed, 2 manageable",
        }),
      ),
      ...homeTexts,
    },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run({ view }, wanted) {
    const home = findHome(view, wanted.home_id);
    const next: HomeRecord = {
      ...home,
      spState: wanted.sp_state ?? home.spState,
      name: wanted.home_name ?? home.name,
      location: wanted.location ?? home.location,
      description: wanted.description ?? home.description,
    };
    return changing([put("home", [home.homeId], next)]);
  },
});

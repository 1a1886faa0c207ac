import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { HomeRecord } from "../../core/model/home/home.ts";
import { put } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { homeId } from "../schema/request-fields.ts";
import { homeTexts } from "./home-texts.ts";

/** Limit of homes, more than the radio of one gateway reaches; one more is refused as busy. */
export const maxHomes = 256;

/** `find_home_devices` answers with the homes' ids beside these fields of every reply. */
const replyFields: ReadonlySet<string> = new Set(["ErrNo", "ErrMsg"]);

export const addHome = writeCommand({
  name: "add_home",
  summary: "Adds a home; rooms, the gateway and locks come under it.",
  access: "manager",
  errors: ["duplicate", "busy"],
  phrases: [{ words: ["home", "add"], fields: ["home_name"], made: { home_id: "home" } }],
  activity: activityIds.homeChanged,
  input: Type.Object({ home_id: homeId, ...homeTexts }, { additionalProperties: false }),
  output: emptyReply,
  run({ view, time }, wanted) {
    if (replyFields.has(wanted.home_id)) {
      const text = `home_id: ${wanted.home_id} is a field of every answer; take another`;
      throw new GatewayError("badParameters", text, { field: "home_id" });
    }
    if (view.get("home", [wanted.home_id]) !== undefined) {
      throw new GatewayError("duplicate", `home_id: ${wanted.home_id} exists already`, {
        field: "home_id",
      });
    }
    if ([...view.list("home")].length >= maxHomes) {
      throw new GatewayError("busy", `there are ${maxHomes} homes; delete one first`);
    }
    const home: HomeRecord = {
      homeId: wanted.home_id,
      name: wanted.home_name ?? "",
      location: wanted.location ?? "",
      description: wanted.description ?? "",
      spState: 1,
      gatewayBoundAtMs: null,
      createdAtMs: time.nowMs,
    };
    return changing([put("home", [home.homeId], home)]);
  },
});

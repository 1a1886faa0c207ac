import { activityIds } from "../../../core/logs/activity-log.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { HomeRecord } from "../../../core/model/home/home.ts";
import { put } from "../../../store/store.ts";
import { changing, writeCommand } from "../../definition.ts";
import { emptyReply } from "../../schema/reply-fields.ts";
import { findHome } from "../lock-location.ts";
import { gatewayBinding, requireThisGateway } from "./gateway-fields.ts";

/** latchd's own: V1.6 has error codes for bindings (15008 … 15012) but no call that makes one. */
export const bindCenter = writeCommand({
  name: "bind_center",
  summary: "Binds this gateway to a home. It may serve several homes, a home has one gateway.",
  access: "installer",
  errors: ["notFound", "homeTaken"],
  phrases: [{ words: ["home", "bind"], fields: ["home_id"], unsaid: ["uuid"] }],
  activity: activityIds.gatewayBound,
  input: gatewayBinding,
  output: emptyReply,
  run(context, wanted) {
    requireThisGateway(context, wanted.uuid);
    const home = findHome(context.view, wanted.home_id);
    if (home.gatewayBoundAtMs !== null) {
      throw new GatewayError("homeTaken", "home_id: the home already has a gateway bound", {
        field: "home_id",
      });
    }
    const bound: HomeRecord = { ...home, gatewayBoundAtMs: context.time.nowMs };
    return changing([put("home", [home.homeId], bound)]);
  },
});

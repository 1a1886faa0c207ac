import { activityIds } from "../../../core/logs/activity-log.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { HomeRecord } from "../../../core/model/home/home.ts";
import { put } from "../../../store/store.ts";
import { changing, writeCommand } from "../../definition.ts";
import { emptyReply } from "../../schema/reply-fields.ts";
import { bindingsOf, findHome } from "../lock-location.ts";
import { gatewayBinding, requireThisGateway } from "./gateway-fields.ts";

/** latchd's own: V1.6 has error codes for bindings (15008 … 15012) but no call that ends one. */
export const unbindCenter = writeCommand({
  name: "unbind_center",
  summary: "Unbinds the gateway from a home that has no lock bound any more.",
  access: "installer",
  errors: ["notFound", "deviceTaken"],
  activity: activityIds.gatewayBound,
  input: gatewayBinding,
  output: emptyReply,
  run(context, wanted) {
    const { view } = context;
    requireThisGateway(context, wanted.uuid);
    const home = findHome(view, wanted.home_id);
    if (home.gatewayBoundAtMs === null) {
      throw new GatewayError("notFound", "home_id: the home has no gateway", { field: "home_id" });
    }
    if (bindingsOf(view, home.homeId).length > 0) {
      const text = "home_id: the home has locks bound; unbind or remove them first";
      throw new GatewayError("deviceTaken", text, { field: "home_id" });
    }
    const unbound: HomeRecord = { ...home, gatewayBoundAtMs: null };
    return changing([put("home", [home.homeId], unbound)]);
  },
});

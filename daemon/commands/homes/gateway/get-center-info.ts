import Type from "typebox";
import { GatewayError } from "../../../core/model/errors.ts";
import { answer, readCommand } from "../../definition.ts";
import { homeId } from "../../schema/request-fields.ts";
import { findHome } from "../lock-location.ts";
import { gatewayFields, gatewayReply, gatewayUuid, requireThisGateway } from "./gateway-fields.ts";

/** V1.6 `get_center_info`: the gateway itself. */
export const getCenterInfo = readCommand({
  name: "get_center_info",
  summary: "The gateway: identity, versions, and whether the cloud is connected.",
  access: "manager",
  errors: ["notFound"],
  input: Type.Object(
    { home_id: Type.Optional(homeId), uuid: gatewayUuid },
    { additionalProperties: false },
  ),
  output: gatewayReply,
  run(context, input) {
    const { site, view } = context;
    requireThisGateway(context, input.uuid);
    const gateway = site.gateway();
    if (input.home_id === undefined) {
      const times = Array.from(view.list("home"), (home) => home.gatewayBoundAtMs ?? 0);
      return answer(gatewayFields(gateway, Math.max(0, ...times)));
    }
    const { gatewayBoundAtMs } = findHome(view, input.home_id);
    if (gatewayBoundAtMs === null) {
      throw new GatewayError("notFound", "home_id: the home has no gateway", { field: "home_id" });
    }
    return answer(gatewayFields(gateway, gatewayBoundAtMs));
  },
});

import Type from "typebox";
import type { JsonObject } from "../../../base/json.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { CommandContext } from "../../command.ts";
import { identityFields, unnamedVersions } from "../../locks/lock-fields.ts";
import type { SitePort } from "../../ports.ts";
import { homeId, text } from "../../schema/request-fields.ts";

/** The gateway's uuid in a request, because this gateway serves only itself. */
export const gatewayUuid = Type.Optional(text("the gateway; only this one is served here", 64));

/** A request that binds the gateway to a home, or unbinds it. */
export const gatewayBinding = Type.Object(
  { home_id: homeId, uuid: gatewayUuid },
  { additionalProperties: false },
);

/** @throws GatewayError `notFound` when the request names another gateway */
export function requireThisGateway({ site }: CommandContext, uuid: string | undefined): void {
  if (uuid === undefined || uuid === site.gateway().gatewayId) return;
  throw new GatewayError("notFound", `uuid: this is not gateway ${uuid}`, { field: "uuid" });
}

/** V1.6 `get_center_info`. */
export const gatewayReply = Type.Object(identityFields);

/** Returns the gateway's fields in V1.6 `get_center_info`; a time of 0 means never. */
export function gatewayFields(
  gateway: ReturnType<SitePort["gateway"]>,
  boundAtMs: number,
): JsonObject {
  return {
    mac: gateway.gatewayId,
    sn: gateway.gatewayId,
    bind_time: Math.floor(boundAtMs / 1000),
    // Without a cloud the gateway is online for every caller that reaches it.
    onoff_line: gateway.isCloudConnected || gateway.cloudChangedAtMs === null ? 1 : 2,
    onoff_time: Math.floor((gateway.cloudChangedAtMs ?? 0) / 1000),
    uuid: gateway.gatewayId,
    name: gateway.name,
    model: "latchd",
    brand: "latchd",
    versions: {
      ...unnamedVersions,
      app_version: gateway.version,
      zigbee_version: gateway.zigbeeFirmware,
    },
  };
}

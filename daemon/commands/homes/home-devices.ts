import type { JsonObject } from "../../base/json.ts";
import type { HomeRecord } from "../../core/model/home/home.ts";
import type { CommandContext } from "../command.ts";
import { lockFields } from "../locks/lock-fields.ts";
import { gatewayFields } from "./gateway/gateway-fields.ts";
import { bindingsOf } from "./lock-location.ts";

/** A device of a home, and what its own info call answers. */
interface HomeDevice {
  readonly device: JsonObject;
  readonly state: JsonObject;
}

/** Returns the devices of a home: its gateway first, then its locks. */
export function devicesOf({ view, site }: CommandContext, home: HomeRecord): readonly HomeDevice[] {
  const devices: HomeDevice[] = [];
  if (home.gatewayBoundAtMs !== null) {
    const gateway = site.gateway();
    const uuid = gateway.gatewayId;
    devices.push({
      device: { type: "gateway", sn: uuid, uuid, room_id: home.homeId },
      state: gatewayFields(gateway, home.gatewayBoundAtMs),
    });
  }
  for (const { lock: uuid, roomId } of bindingsOf(view, home.homeId)) {
    const lock = view.get("lock", [uuid]);
    if (lock === undefined) continue;
    const type = roomId === null ? "home_lock" : "room_lock";
    devices.push({
      device: { type, sn: uuid.slice(2), uuid, room_id: roomId ?? home.homeId },
      state: lockFields(view, lock),
    });
  }
  return devices;
}

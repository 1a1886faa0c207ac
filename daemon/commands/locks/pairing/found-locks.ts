import type { JsonObject } from "../../../base/json.ts";
import { foundDeviceSetting, type NetworkDevice } from "../../../core/model/gateway/network.ts";
import type { CommandContext } from "../../command.ts";

/** Returns the locks on the network that have no records here, without one that is being paired. */
export function foundLocks({
  view,
  site,
}: Pick<CommandContext, "view" | "site">): readonly NetworkDevice[] {
  return (site.strangeLocks?.() ?? []).filter(
    ({ uuid }) => view.get("setting", foundDeviceSetting(uuid)) !== undefined,
  );
}

export function foundFields({ uuid, manufacturer, model }: NetworkDevice): JsonObject {
  return { uuid, brand: manufacturer, model };
}

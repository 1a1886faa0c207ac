import type { JsonObject } from "../../../base/json.ts";
import { foundDeviceSetting, type NetworkDevice } from "../../../core/model/gateway/network.ts";
import type { CommandContext } from "../../command.ts";
import { mayAdopt } from "../../work/may-touch.ts";

/**
 * Returns the locks on the network that have no records here and that the caller may adopt, without one that is being
 * paired.
 */
export function foundLocks({
  view,
  site,
  caller,
}: Pick<CommandContext, "view" | "site" | "caller">): readonly NetworkDevice[] {
  return (site.strangeLocks?.() ?? []).filter(
    ({ uuid }) =>
      view.get("setting", foundDeviceSetting(uuid)) !== undefined && mayAdopt(caller, view, uuid),
  );
}

export function foundFields({ uuid, manufacturer, model }: NetworkDevice): JsonObject {
  return { uuid, brand: manufacturer, model };
}

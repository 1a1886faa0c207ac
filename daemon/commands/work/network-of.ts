import type { NetworkReport } from "../../core/model/gateway/network.ts";
import type { CommandContext } from "../command.ts";
import { mayAdopt, mayTouch } from "./may-touch.ts";
import { wholeOf } from "./work-view.ts";

/** Returns the network without the locks that do not belong to the caller's work. Routers belong to everybody. */
export function networkOf(
  { caller, view, site }: Pick<CommandContext, "caller" | "view" | "site">,
  network: NetworkReport,
): NetworkReport {
  if (caller.homes === undefined) return network;
  const whole = wholeOf(view);
  const strange = new Set((site.strangeLocks?.() ?? []).map(({ uuid }) => uuid));
  const isShown = (uuid: string): boolean => {
    if (whole.get("lock", [uuid]) !== undefined) return mayTouch(caller, whole, uuid);
    return !strange.has(uuid) || mayAdopt(caller, whole, uuid);
  };
  return {
    devices: network.devices.filter(({ uuid }) => isShown(uuid)),
    links: network.links.filter(({ from, to }) => isShown(from) && isShown(to)),
    silent: network.silent.filter(isShown),
  };
}

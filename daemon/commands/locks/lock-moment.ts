import {
  copySuspensionSetting,
  rejoinSuspensionSetting,
  suspensionOf,
} from "../../core/contact/suspended-grants.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { PlanInput } from "../../core/plan/plan-work.ts";
import type { CommandContext } from "../command.ts";

/** Returns what the planner of this lock knows beside the lock's records. */
export function knownOf(
  { view, site }: Pick<CommandContext, "view" | "site">,
  lock: LockId,
): Pick<PlanInput, "timeZone" | "suspendedThroughMs"> {
  const rejoined = view.get("setting", rejoinSuspensionSetting(lock))?.value;
  const copied = view.get("setting", copySuspensionSetting(lock))?.value;
  return { timeZone: site.diagnostics.clock().timeZone, ...suspensionOf(rejoined, copied) };
}

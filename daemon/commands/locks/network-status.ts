import type { JsonObject } from "../../base/json.ts";
import {
  copySuspensionSetting,
  rejoinSuspensionSetting,
} from "../../core/contact/suspended-grants.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import { foundDeviceSetting, type NetworkDevice } from "../../core/model/gateway/network.ts";
import type { StoreView } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";

type Seen = Pick<CommandContext, "view" | "site">;

/** Whether a lock's codes wait for `release_grants`, and why. */
export function suspensionFields(view: StoreView, lock: LockId): JsonObject {
  const hasRejoined = view.get("setting", rejoinSuspensionSetting(lock)) !== undefined;
  const isRestored = view.get("setting", copySuspensionSetting(lock)) !== undefined;
  return {
    grants_held: hasRejoined || isRestored ? 1 : 0,
    held_reason: hasRejoined ? "rejoined" : isRestored ? "restored" : null,
  };
}

/** Locks on the network that have no records here; one that is just being paired is none of them. */
export function foundLocks({ view, site }: Seen): readonly NetworkDevice[] {
  return (site.strangeLocks?.() ?? []).filter(
    ({ uuid }) => view.get("setting", foundDeviceSetting(uuid)) !== undefined,
  );
}

export function foundFields({ uuid, manufacturer, model }: NetworkDevice): JsonObject {
  return { uuid, brand: manufacturer, model };
}

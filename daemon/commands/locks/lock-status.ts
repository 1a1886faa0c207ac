import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { slotCoverage } from "../../core/audit/slot-coverage.ts";
import { radioUpSinceMs, radioUpSinceSetting } from "../../core/contact/radio-up-since.ts";
import {
  copySuspensionSetting,
  rejoinSuspensionSetting,
} from "../../core/contact/suspended-grants.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { LockRecord } from "../../core/model/lock.ts";
import type { StoreView } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";
import { count, oneOf, orNull, yesNo } from "../schema/reply-fields.ts";
import { lockView } from "./address.ts";

/** What technicians see of a lock beside its identity. */
export const statusReplyFields = {
  silent_for_s: orNull(
    Type.Integer(),
    "since the gateway last received a frame from it; null = not since the start",
  ),
  left_alone_for_s: Type.Integer({ description: "pause after it did not answer" }),
  is_on_network: yesNo("0 = not known to the network: nothing reaches it"),
  is_working: yesNo("1 = something is on its way to it"),
  pending_operations: count("passwords that it has not confirmed yet"),
  failed_operations: count("passwords that failed at the lock"),
  grants_held: yesNo("1 = no code goes to it until release_grants"),
  held_reason: orNull(
    oneOf(["rejoined", "restored"]),
    "rejoined = a device with its address has joined and nobody has said that it is this lock; restored = its records come from a copy",
  ),
  slots_unknown: count(
    "slots never read, or passwords' slots not read since the radio was last down",
  ),
  unknown_for_s: orNull(Type.Integer(), "for how long the longest of them; null = none"),
  oldest_read_s: orNull(
    Type.Integer(),
    "since the slot not read for longest was read; null = no slots",
  ),
  can_read_slots: yesNo("0 = the lock shows nothing: only its own events say what is in it"),
};

/** Returns {@link statusReplyFields} of a lock. */
export function lockStatusFields(
  { view, time, site }: Pick<CommandContext, "view" | "time" | "site">,
  lock: LockRecord,
): JsonObject {
  const { silentForMs, breakMs, isWorking, isOnNetwork } = site.diagnostics.lock(lock.lock);
  const passwords = [...view.list("password", [lock.lock])];
  const pending = passwords.filter(({ operationStage }) => operationStage === "inProgress");
  const failed = passwords.filter(({ operationStage }) => operationStage === "failed");
  return {
    silent_for_s: silentForMs === null ? null : Math.round(silentForMs / 1000),
    left_alone_for_s: Math.ceil(breakMs / 1000),
    is_on_network: isOnNetwork ? 1 : 0,
    is_working: isWorking ? 1 : 0,
    pending_operations: pending.length,
    failed_operations: failed.length,
    ...suspensionFields(view, lock.lock),
    ...coverageFields(view, lock, time.nowMs),
  };
}

/** Returns whether a lock is suspended, so that its codes wait for `release_grants`, and why. */
export function suspensionFields(view: StoreView, lock: LockId): JsonObject {
  const hasRejoined = view.get("setting", rejoinSuspensionSetting(lock)) !== undefined;
  const isRestored = view.get("setting", copySuspensionSetting(lock)) !== undefined;
  return {
    grants_held: hasRejoined || isRestored ? 1 : 0,
    held_reason: hasRejoined ? "rejoined" : isRestored ? "restored" : null,
  };
}

/** Returns how much of the lock's slots is known. */
function coverageFields(view: StoreView, lock: LockRecord, nowMs: number): JsonObject {
  const radioUpSince = radioUpSinceMs(view.get("setting", radioUpSinceSetting)?.value);
  const coverage = slotCoverage(lockView(view, lock), radioUpSince, nowMs);
  const seconds = (ms: number | null) => (ms === null ? null : Math.floor(ms / 1000));
  return {
    slots_unknown: coverage.slotsUnknown,
    unknown_for_s: seconds(coverage.unknownForMs),
    oldest_read_s: seconds(coverage.oldestReadMs),
    can_read_slots: coverage.canRead ? 1 : 0,
  };
}

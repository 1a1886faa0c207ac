import Type from "typebox";
import type { JsonObject } from "../../../base/json.ts";
import { enforcerOf } from "../../../core/enforcement/enforcer.ts";
import type { LockRecord } from "../../../core/model/lock.ts";
import type { PasswordId } from "../../../core/model/password.ts";
import type { SlotRecord } from "../../../core/model/slot.ts";
import { holdsJunk } from "../../../core/plan/junk.ts";
import type { CommandContext } from "../../command.ts";
import { oneOf, orNull, time } from "../../schema/reply-fields.ts";
import { lockView } from "../address.ts";

export const atLock = oneOf(
  ["none", "unknown", "empty", "enabled", "disabled"],
  "what the slot is known to contain; none = the password has no slot",
);
export const confidence = oneOf(["confirmed", "unconfirmed"], "whether the lock has shown it");
/** Who enforces a password's window; the wire calls it guard. */
export const guard = oneOf(["gateway", "lock", "both"], "who enforces its window");
export const passwordOfSlot = orNull(Type.Integer(), "the password in it; null = none");
export const verifiedAt = orNull(time("when the lock last showed it"));
export const slotUserId = Type.Integer({
  minimum: 0,
  maximum: 0xffff,
  description: "ZCL user id",
});

/** Returns what a slot is known to contain, as a word of {@link atLock}. */
export function slotState({ content }: SlotRecord): string {
  if (content.kind !== "occupied") return content.kind;
  return content.userStatus === "occupiedEnabled" ? "enabled" : "disabled";
}

/** Returns the slots of a lock as `list_slots` has them. */
export function slotsFields(
  { view, time: { state } }: Pick<CommandContext, "view" | "time">,
  lock: LockRecord,
): readonly JsonObject[] {
  const { passwords, slots } = lockView(view, lock);
  const windows = new Map(passwords.map(({ id, window }) => [id, window]));
  const windowOf = (holder: PasswordId | null) =>
    holder === null ? null : (windows.get(holder) ?? null);
  return [...slots.values()].map((slot) => ({
    user_id: slot.userId,
    password_id: slot.holder,
    at_lock: slotState(slot),
    is_managed: slot.holder !== null || slot.content.kind !== "occupied" || holdsJunk(slot),
    confidence: slot.confidence,
    guard: enforcerOf(slot, windowOf(slot.holder), state),
    applied_revision: slot.appliedRevision,
    refusals: slot.refusals,
    is_parked: slot.parkedRevision !== null,
    verified_at: secondsOf(slot.verifiedAtMs),
  }));
}

export function secondsOf(ms: number | null): number | null {
  return ms === null ? null : Math.floor(ms / 1000);
}

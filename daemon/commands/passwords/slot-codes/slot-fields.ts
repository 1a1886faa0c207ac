import Type from "typebox";
import type { ActivityId } from "../../../core/logs/activity-log.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import { activityOfPassword } from "../../activity/activity-entry.ts";
import type { CommandContext, Decision } from "../../command.ts";
import { lockUuid } from "../../schema/request-fields.ts";

/** Fields that name a slot of a lock. */
export const slotAddress = {
  uuid: lockUuid("the lock's IEEE address, 0x and 16 hex digits"),
  user: Type.Integer({ minimum: 0, maximum: 0xfffe, description: "the slot: a ZCL user id" }),
};

/**
 * Checks that the call comes from a program that counts slots. For everybody else these commands do not exist.
 * @throws GatewayError `notImplemented`
 */
export function requireSlotProgram({ caller }: CommandContext): void {
  if (caller.origin === "home_assistant") return;
  throw new GatewayError("notImplemented", "command: is not known", { field: "command" });
}

/** Returns the decision with its line in the activity log. What changes nothing has none: programs repeat themselves. */
export function withLine(context: CommandContext, opId: ActivityId, decision: Decision): Decision {
  const activities = activityOfPassword(context, opId, decision);
  return activities.length === 0 ? decision : { ...decision, activities };
}

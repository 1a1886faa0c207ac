import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { remove } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { requireMember, userId } from "./member-lookup.ts";

/** latchd's own, because no published API has a call that changes the household. */
export const memberRemove = writeCommand({
  name: "member_remove",
  summary: "Removes a member of the household, and the names that its credentials were given.",
  access: "manager",
  errors: ["notFound"],
  activity: activityIds.memberRemoved,
  input: Type.Object({ user_id: userId }, { additionalProperties: false }),
  output: emptyReply,
  run({ view }, { user_id: id }) {
    requireMember(view, id, "user_id");
    const modes = [...view.list("opmode")].filter((mode) => mode.userId === id);
    return changing([
      remove("member", [id]),
      ...modes.map((mode) => remove("opmode", [mode.lock, mode.unlockId])),
    ]);
  },
});

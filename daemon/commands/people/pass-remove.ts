import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { remove } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { endSessions } from "./account-lookup.ts";
import { requirePerson } from "./people-caller.ts";

/** latchd's own. */
export const passRemove = writeCommand({
  name: "pass_remove",
  summary: "Ends an installer's pass and the session that began with it.",
  access: "manager",
  errors: ["notFound"],
  phrases: [{ words: ["pass", "remove"], fields: ["pass_id"] }],
  activity: activityIds.passRemoved,
  input: Type.Object(
    { pass_id: Type.String({ minLength: 1, maxLength: 64 }) },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run(context, { pass_id: id }) {
    requirePerson(context);
    if (context.view.get("pass", [id]) === undefined) {
      throw new GatewayError("notFound", `pass_id: there is no pass ${id}`, { field: "pass_id" });
    }
    const ended = endSessions(context.view, { kind: "pass", subject: id });
    return changing([remove("pass", [id]), ...ended]);
  },
});

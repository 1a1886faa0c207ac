import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { remove } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { requirePerson } from "./people-caller.ts";
import { visibleSessions } from "./session-list.ts";

/** latchd's own. */
export const sessionEnd = writeCommand({
  name: "session_end",
  summary: "Signs a browser out: one of your own, for a manager any.",
  access: "technician",
  errors: ["notFound"],
  activity: activityIds.sessionEnded,
  input: Type.Object(
    { session_id: Type.String({ minLength: 1, maxLength: 32 }) },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run(context, { session_id: id }) {
    requirePerson(context);
    const session = visibleSessions(context).find(({ sessionId }) => sessionId === id);
    if (session === undefined) {
      throw new GatewayError("notFound", `session_id: there is no session ${id}`, {
        field: "session_id",
      });
    }
    return changing([remove("session", [session.cookieHash])]);
  },
});

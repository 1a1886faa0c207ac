import { activityIds } from "../../core/logs/activity-log.ts";
import { lockErrors } from "../call-errors.ts";
import { writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { desire } from "./desired/desired-password.ts";
import { nextRevision } from "./desired/next-revision.ts";
import { checkClock } from "./desired/window-check.ts";
import { namedPassword } from "./named-password.ts";
import { passwordOnly } from "./password-fields.ts";

export const unfrozenPassword = writeCommand({
  name: "unfrozen_password",
  summary: "Makes a frozen password open again.",
  access: "manager",
  errors: [...lockErrors, "clockLost"],
  resources: [{ method: "POST", path: "/api/locks/:uuid/passwords/:password_id/unfreeze" }],
  phrases: [
    {
      words: ["password", "unfreeze"],
      isOfLock: true,
      fields: ["password_id"],
      isForLock: true,
    },
  ],
  lockActivity: activityIds.passwordActivated,
  input: passwordOnly,
  output: emptyReply,
  run(context, input) {
    const { lock, password } = namedPassword(context, input);
    checkClock(context);
    const unfrozen = { ...password, isFrozen: false };
    return desire(lock, nextRevision(context, lock, unfrozen, "unfreeze"), {});
  },
});

import { activityIds } from "../../core/logs/activity-log.ts";
import { lockErrors } from "../call-errors.ts";
import { writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { desire } from "./desired/desired-password.ts";
import { nextRevision } from "./desired/next-revision.ts";
import { namedPassword, refuseAdministrator } from "./named-password.ts";
import { passwordOnly } from "./password-fields.ts";

export const frozenPassword = writeCommand({
  name: "frozen_password",
  summary: "Freezes a password: it stays on the lock and opens nothing.",
  access: "manager",
  errors: [...lockErrors, "administratorProtected"],
  resources: [{ method: "POST", path: "/api/locks/:uuid/passwords/:password_id/freeze" }],
  phrases: [
    {
      words: ["password", "freeze"],
      isOfLock: true,
      fields: ["password_id"],
      isForLock: true,
    },
  ],
  lockActivity: activityIds.passwordFrozen,
  input: passwordOnly,
  output: emptyReply,
  run(context, input) {
    const { lock, password } = namedPassword(context, input);
    refuseAdministrator(password.id, "frozen");
    const frozen = { ...password, isFrozen: true };
    return desire(lock, nextRevision(context, lock, frozen, "freeze"), {});
  },
});

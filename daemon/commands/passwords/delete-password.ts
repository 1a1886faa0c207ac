import { activityIds } from "../../core/logs/activity-log.ts";
import { lockErrors } from "../call-errors.ts";
import { writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { desire } from "./desired/desired-password.ts";
import { nextRevision } from "./desired/next-revision.ts";
import { namedPassword, refuseAdministrator } from "./named-password.ts";
import { passwordOnly } from "./password-fields.ts";

export const deletePassword = writeCommand({
  name: "delete_password",
  summary: "Deletes a password; it stays visible as (2, 1) or (2, 2) until the lock has confirmed.",
  access: "manager",
  errors: [...lockErrors, "administratorProtected"],
  resources: [{ method: "DELETE", path: "/api/locks/:uuid/passwords/:password_id" }],
  phrases: [
    {
      words: ["password", "delete"],
      isOfLock: true,
      fields: ["password_id"],
      isForLock: true,
    },
  ],
  loss: {
    text: "Password {password_id} of {lock} is deleted. Its code stops opening and cannot be brought back.",
    isRevocation: true,
  },
  lockActivity: activityIds.passwordDeleted,
  input: passwordOnly,
  output: emptyReply,
  run(context, input) {
    const { lock, password } = namedPassword(context, input);
    refuseAdministrator(password.id, "deleted");
    const deleted = { ...password, isDeleted: true };
    return desire(lock, nextRevision(context, lock, deleted, "delete"), {});
  },
});

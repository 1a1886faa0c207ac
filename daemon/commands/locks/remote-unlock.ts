import { activityIds } from "../../core/logs/activity-log.ts";
import { writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { lockOnly } from "../schema/request-fields.ts";
import { operateRemotely, remoteErrors } from "./remote-operation.ts";

export const remoteUnlock = writeCommand({
  name: "remote_unlock",
  summary: "Tells the lock to unlock now; one try, within 10 s.",
  access: "manager",
  isOneShot: true,
  errors: remoteErrors,
  resources: [{ method: "POST", path: "/api/locks/:uuid/unlock" }],
  phrases: [{ words: ["lock", "open"], isOfLock: true }],
  lockActivity: activityIds.lockOpenedRemotely,
  input: lockOnly,
  output: emptyReply,
  run: (context, input) => operateRemotely(context, input, "unlock"),
});

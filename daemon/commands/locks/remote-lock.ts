import { activityIds } from "../../core/logs/activity-log.ts";
import { writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { lockOnly } from "../schema/request-fields.ts";
import { operateRemotely, remoteErrors } from "./remote-operation.ts";

export const remoteLock = writeCommand({
  name: "remote_lock",
  summary: "Tells the lock to lock now; one try, within 10 s.",
  access: "manager",
  isOneShot: true,
  errors: remoteErrors,
  resources: [{ method: "POST", path: "/api/locks/:uuid/lock" }],
  phrases: [{ words: ["lock", "close"], isOfLock: true }],
  lockActivity: activityIds.lockClosedRemotely,
  input: lockOnly,
  output: emptyReply,
  run: (context, input) => operateRemotely(context, input, "lock"),
});

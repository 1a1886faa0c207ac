import { activityIds } from "../../core/logs/activity-log.ts";
import { answer, writeCommand } from "../definition.ts";
import { noFields } from "../schema/request-fields.ts";
import { keysOf, keysReply } from "./key-port.ts";

export const keysRotate = writeCommand({
  name: "keys_rotate",
  summary:
    "Makes a new key that the cloud encrypts to; the previous one still opens what is on its way.",
  access: "manager",
  errors: ["unsupported"],
  phrases: [{ words: ["keys", "rotate"] }],
  activity: activityIds.keysRotated,
  input: noFields,
  output: keysReply,
  run: async (context) => answer(await keysOf(context).rotate()),
});

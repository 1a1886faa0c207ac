import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { answer, writeCommand } from "../definition.ts";
import { emptyReply, oneOf } from "../schema/reply-fields.ts";
import { logLevels } from "./diagnostics.ts";

export const setLogLevel = writeCommand({
  name: "set_log_level",
  summary: "Makes the daemon log more or less, until its next start.",
  access: "technician",
  errors: [],
  resources: [{ method: "PUT", path: "/api/log-level" }],
  phrases: [{ words: ["log-level"], bare: "get_log_level", fields: ["level"] }],
  activity: activityIds.logLevelSet,
  input: Type.Object(
    { level: oneOf(logLevels, "trace logs most, fatal least") },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run({ site }, { level }) {
    site.diagnostics.setLogLevel(level);
    return answer({});
  },
});

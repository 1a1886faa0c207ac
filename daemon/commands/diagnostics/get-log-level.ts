import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { oneOf } from "../schema/reply-fields.ts";
import { noFields } from "../schema/request-fields.ts";
import { logLevels } from "./diagnostics.ts";

export const getLogLevel = readCommand({
  name: "get_log_level",
  summary: "How much the daemon logs.",
  access: "technician",
  errors: [],
  resources: [{ method: "GET", path: "/api/log-level" }],
  input: noFields,
  output: Type.Object({ level: oneOf(logLevels) }),
  run: ({ site }) => answer({ level: site.diagnostics.logLevel() }),
});

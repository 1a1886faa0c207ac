import { answer, readCommand } from "../definition.ts";
import { noFields } from "../schema/request-fields.ts";
import { clockFields, clockReply } from "./clock-fields.ts";

export const getClock = readCommand({
  name: "get_clock",
  summary: "The gateway's time, how far the gateway trusts it, and what each source says.",
  access: "technician",
  errors: [],
  resources: [{ method: "GET", path: "/api/clock" }],
  phrases: [{ words: ["clock", "show"], isDefault: true }],
  input: noFields,
  output: clockReply,
  run: ({ site }) => answer(clockFields(site.diagnostics.clock())),
});

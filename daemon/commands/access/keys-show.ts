import { answer, readCommand } from "../definition.ts";
import { noFields } from "../schema/request-fields.ts";
import { keysOf, keysReply } from "./key-port.ts";

export const keysShow = readCommand({
  name: "keys_show",
  summary: "Shows the public keys of the end-to-end protection: the gateway's own and the cloud's.",
  access: "manager",
  errors: ["unsupported"],
  phrases: [{ words: ["keys", "show"] }],
  input: noFields,
  output: keysReply,
  run: (context) => answer(keysOf(context).show()),
});

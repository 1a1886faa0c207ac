import Type from "typebox";
import { lockErrors } from "../call-errors.ts";
import { answer, readCommand } from "../definition.ts";
import { lockOnly } from "../schema/request-fields.ts";
import { findLock } from "./address.ts";
import { lockFields, lockReplyFields } from "./lock-fields.ts";

/** V1.6 `get_lock_info`. */
export const getLockInfo = readCommand({
  name: "get_lock_info",
  summary: "A lock's make, battery and whether it is online.",
  access: "manager",
  errors: lockErrors,
  input: lockOnly,
  output: Type.Object(lockReplyFields),
  run: (context, input) => answer(lockFields(context.view, findLock(context.view, input))),
});

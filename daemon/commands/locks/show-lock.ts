import Type from "typebox";
import { lockErrors } from "../call-errors.ts";
import { answer, readCommand } from "../definition.ts";
import { lockOnly } from "../schema/request-fields.ts";
import { findLock } from "./address.ts";
import { detailReplyFields, linkQualities, lockDetail } from "./lock-detail.ts";

/** latchd's own: one lock, for technicians. */
export const showLock = readCommand({
  name: "show_lock",
  summary: "Everything known of one lock beside its codes.",
  access: "technician",
  errors: lockErrors,
  resources: [{ method: "GET", path: "/api/locks/:uuid" }],
  phrases: [{ words: ["lock", "show"], isOfLock: true }],
  input: lockOnly,
  output: Type.Object(detailReplyFields),
  async run(context, input) {
    const links = await linkQualities(context);
    return answer(lockDetail(context, findLock(context.view, input), links));
  },
});

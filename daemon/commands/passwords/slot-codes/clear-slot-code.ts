import Type from "typebox";
import { activityIds } from "../../../core/logs/activity-log.ts";
import { lockErrors } from "../../call-errors.ts";
import { answer, writeCommand } from "../../definition.ts";
import { findLock, lockView } from "../../locks/address.ts";
import { emptyReply } from "../../schema/reply-fields.ts";
import { desire } from "../desired/desired-password.ts";
import { nextRevision } from "../desired/next-revision.ts";
import { requireSlotProgram, slotAddress, withLine } from "./slot-fields.ts";
import { ownPassword } from "./slot-owner.ts";

/** Deletes the password of a slot for a program that counts slots. A slot without a code stays as it is. */
export const clearSlotCode = writeCommand({
  name: "clear_slot_code",
  summary: "Deletes the code of a slot for a program that counts slots.",
  access: "manager",
  errors: lockErrors,
  activity: "none",
  input: Type.Object(slotAddress, { additionalProperties: false }),
  output: emptyReply,
  run(context, wanted) {
    requireSlotProgram(context);
    const stored = lockView(context.view, findLock(context.view, wanted));
    const own = ownPassword(stored, { userId: wanted.user, origin: context.caller.origin });
    if (own === null || own.isDeleted) return answer({});
    const deleted = { ...own, isDeleted: true };
    const decision = desire(stored, nextRevision(context, stored, deleted, "delete"), {});
    return withLine(context, activityIds.passwordDeleted, decision);
  },
});

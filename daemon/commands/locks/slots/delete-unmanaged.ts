import Type from "typebox";
import { activityIds } from "../../../core/logs/activity-log.ts";
import type { SlotRecord } from "../../../core/model/slot.ts";
import { put } from "../../../store/store.ts";
import { lockErrors, radioErrors } from "../../call-errors.ts";
import { changing, writeCommand } from "../../definition.ts";
import { emptyReply } from "../../schema/reply-fields.ts";
import { lockAddress } from "../../schema/request-fields.ts";
import { findLock } from "../address.ts";
import { immediateOptions } from "../immediate-options.ts";
import { slotUserId } from "./slot-fields.ts";
import { slotRefusal } from "./slot-reading.ts";
import { requireUnmanaged } from "./unmanaged-code.ts";

export const deleteUnmanaged = writeCommand({
  name: "delete_unmanaged",
  summary: "Clears an unmanaged code from the lock now; one try.",
  access: "manager",
  isOneShot: true,
  errors: [...lockErrors, ...radioErrors],
  resources: [{ method: "DELETE", path: "/api/locks/:uuid/unmanaged/:user_id" }],
  phrases: [{ words: ["lock", "forget"], isOfLock: true, fields: ["user_id"] }],
  loss: {
    text: "The code in slot {user_id} of {lock} is cleared. latchd does not know its digits and cannot bring it back.",
  },
  activity: activityIds.codeCleared,
  input: Type.Object({ ...lockAddress, user_id: slotUserId }, { additionalProperties: false }),
  output: emptyReply,
  async run(context, { user_id: userId, ...address }) {
    const { view, site, time } = context;
    const { lock } = findLock(view, address);
    const before = requireUnmanaged(view, lock, userId);
    const cleared = await site.diagnostics.clearSlot(lock, userId, immediateOptions(context));
    if (cleared !== "done") throw slotRefusal({ kind: cleared });
    return () => {
      const now = view.get("slot", [lock, userId]);
      const isUntouched = now === undefined || now === before;
      const after = isUntouched ? emptied(before, time.nowMs) : now;
      // The lock may report this clear like an edit at its keypad, when the slot has a password by then.
      const marked = { ...after, writtenAtMs: time.nowMs, clearedAtMs: time.nowMs };
      return { ...changing([put("slot", [lock, userId], marked)]), wake: [lock] };
    };
  },
});

function emptied(slot: SlotRecord, nowMs: number): SlotRecord {
  return {
    ...slot,
    content: { kind: "empty" },
    confidence: "unconfirmed",
    verifiedAtMs: nowMs,
  };
}

import { activityIds } from "../../../core/logs/activity-log.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import { remove } from "../../../store/store.ts";
import { lockErrors } from "../../call-errors.ts";
import { changing, writeCommand } from "../../definition.ts";
import { findLock } from "../../locks/address.ts";
import { emptyReply } from "../../schema/reply-fields.ts";
import { lockOnly } from "../../schema/request-fields.ts";
import { mayRelease } from "../../work/may-touch.ts";

/** latchd's own: V1.6 has error codes for bindings (15008 … 15012) but no call that ends one. */
export const unbindLock = writeCommand({
  name: "unbind_lock",
  summary: "Unbinds a lock from its room; it stays paired and keeps its passwords.",
  access: "installer",
  errors: lockErrors,
  phrases: [{ words: ["room", "unbind"], isOfLock: true }],
  lockActivity: activityIds.lockUnbound,
  input: lockOnly,
  output: emptyReply,
  run({ view, caller }, wanted) {
    const { lock } = findLock(view, wanted);
    if (view.get("binding", [lock]) === undefined) {
      throw new GatewayError("notFound", "uuid: the lock is bound to no room", { field: "uuid" });
    }
    if (!mayRelease(caller, view, lock)) {
      const text = "uuid: it would be in no home that your work is limited to: use move_lock";
      throw new GatewayError("permissionDenied", text, { field: "uuid" });
    }
    return changing([remove("binding", [lock])]);
  },
});

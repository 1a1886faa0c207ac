import { activityIds } from "../../../core/logs/activity-log.ts";
import { put } from "../../../store/store.ts";
import { operatorOf } from "../../activity/activity-entry.ts";
import { lockErrors } from "../../call-errors.ts";
import { answer, changing, writeCommand } from "../../definition.ts";
import { findLock } from "../../locks/address.ts";
import { emptyReply } from "../../schema/reply-fields.ts";
import { isAt, placeFields, placeNamed, requireFree } from "./lock-place.ts";

/**
 * latchd's own. One batch takes the lock from its place to the new one, so that no failure and no crash leaves it
 * without a home, where an installer who is limited to homes could not reach it.
 */
export const moveLock = writeCommand({
  name: "move_lock",
  summary: "Moves a paired lock to a free room or outer door of any home, in one step.",
  access: "installer",
  errors: [...lockErrors, "roomTaken"],
  phrases: [{ words: ["lock", "move"], isOfLock: true, fields: ["home_id", "room_id"] }],
  // It writes its own line, and none when the lock is there already.
  activity: "none",
  input: placeFields,
  output: emptyReply,
  run({ view, time, caller }, wanted) {
    const { lock, name } = findLock(view, { uuid: wanted.uuid });
    const place = placeNamed(view, wanted);
    if (isAt(view, lock, place)) return answer({});
    requireFree(view, place);
    const binding = { lock, ...place, boundAtMs: time.nowMs };
    const entry = {
      opId: activityIds.lockMoved,
      operator: operatorOf(caller),
      target: { id: lock, name, type: "lock" },
      holder: null,
      recipient: null,
      lock,
      ...place,
      transport: caller.transport,
    } as const;
    return { ...changing([put("binding", [lock], binding)]), activities: [entry] };
  },
});

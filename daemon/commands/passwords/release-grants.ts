import {
  copySuspensionSetting,
  rejoinSuspensionSetting,
} from "../../core/contact/suspended-grants.ts";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { remove } from "../../store/store.ts";
import { lockErrors } from "../call-errors.ts";
import { writeCommand } from "../definition.ts";
import { findLock } from "../locks/address.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { lockOnly } from "../schema/request-fields.ts";

/**
 * A person confirms that the passwords of a restored copy are still wanted, and that the device that joined
 * with the lock's address is the lock. Until then the lock is suspended and gets no codes.
 */
export const releaseGrants = writeCommand({
  name: "release_grants",
  summary:
    "After a restore, or after the lock has joined again: it is this lock, its passwords are right, and their codes may be sent.",
  access: "manager",
  errors: lockErrors,
  activity: activityIds.grantsReleased,
  input: lockOnly,
  output: emptyReply,
  run({ view }, input) {
    const { lock } = findLock(view, input);
    const hasRejoined = view.get("setting", rejoinSuspensionSetting(lock)) !== undefined;
    const keys = [copySuspensionSetting(lock), rejoinSuspensionSetting(lock)].filter(
      (key) => view.get("setting", key) !== undefined,
    );
    if (keys.length === 0) {
      throw new GatewayError("notFound", "uuid: the lock is not suspended", {
        field: "uuid",
      });
    }
    return {
      changes: keys.map((key) => remove("setting", key)),
      journal: hasRejoined
        ? [{ kind: "event", event: "clearLockRejoinedAlarm", lock, detail: null }]
        : [],
      result: {},
      wake: [lock],
    };
  },
});

import { Type } from "typebox";
import {
  copySuspensionSetting,
  rejoinSuspensionSetting,
} from "../../core/contact/suspended-grants.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { remove } from "../../store/store.ts";
import { findLock } from "../locks/address.ts";
import { lockAddress } from "../schema/request-fields.ts";
import { writeCommand } from "./password-change.ts";

/**
 * An operator's word that the passwords of a restored copy are still wanted, and that the device that joined
 * with the lock's address is the lock.
 */
export const releaseGrants = writeCommand({
  name: "release_grants",
  summary:
    "After a restore, or after the lock has joined again: it is this lock, its passwords are right, and their codes may be sent.",
  input: Type.Object({ ...lockAddress }, { additionalProperties: false }),
  run(context, input) {
    const { lock } = findLock(context.view, input);
    const hasRejoined = context.view.get("setting", rejoinSuspensionSetting(lock)) !== undefined;
    const keys = [copySuspensionSetting(lock), rejoinSuspensionSetting(lock)].filter(
      (key) => context.view.get("setting", key) !== undefined,
    );
    if (keys.length === 0) {
      throw new GatewayError("notFound", "uuid: no grants of this lock are held", {
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

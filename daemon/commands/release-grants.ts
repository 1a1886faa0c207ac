import { Type } from "typebox";
import { GatewayError } from "../core/errors.ts";
import { heldSetting } from "../core/held.ts";
import { remove } from "../store/store.ts";
import { findLock } from "./address.ts";
import { writeCommand } from "./password-change.ts";
import { lockAddress } from "./schemas.ts";

/** An operator's word that the passwords of a restored copy are still wanted. */
export const releaseGrants = writeCommand({
  name: "release_grants",
  summary:
    "After a restore: the passwords of this lock are right, their codes may be sent again without the cloud's word.",
  input: Type.Object({ ...lockAddress }, { additionalProperties: false }),
  run(context, input) {
    const { lock } = findLock(context.view, input);
    const key = heldSetting(lock);
    if (context.view.get("setting", key) === undefined) {
      throw new GatewayError("notFound", "uuid: no grants of this lock are held", {
        field: "uuid",
      });
    }
    return { changes: [remove("setting", key)], journal: [], result: {}, wake: [lock] };
  },
});

import Type from "typebox";
import { activityIds } from "../../../core/logs/activity-log.ts";
import { lockErrors } from "../../call-errors.ts";
import { writeCommand } from "../../definition.ts";
import { checkUnpairing, confirmation } from "../../removal-limit.ts";
import { lockAddress } from "../../schema/request-fields.ts";
import { findLock } from "../address.ts";
import { unpairingChanges } from "./unpairing.ts";

export const removeLock = writeCommand({
  name: "remove_lock",
  summary: "Unpairs a lock: its codes are cleared if it can be reached, then its records are gone.",
  access: "installer",
  errors: [...lockErrors, "confirmationNeeded"],
  resources: [{ method: "DELETE", path: "/api/locks/:uuid" }],
  phrases: [{ words: ["lock", "remove"], isOfLock: true, unsaid: ["confirm"] }],
  loss: {
    text: "{lock} is unpaired. Its {password_count} passwords, its keys and its settings are gone for good, and nobody can open it from afar until it is paired again. If it cannot be reached, its codes stay in it and still open the door.",
    typed: "uuid",
  },
  lockActivity: activityIds.lockUnpaired,
  input: Type.Object({ ...lockAddress, confirm: confirmation }, { additionalProperties: false }),
  output: Type.Object({ was_told: Type.Integer({ description: "1 = the lock was reached" }) }),
  async run(context, input) {
    const { view } = context;
    const { lock } = findLock(view, input);
    checkUnpairing(context, [lock], input.confirm);
    const { wasTold } = await context.site.removeLock(lock, context.requester);
    // Reads the records again, because they may have grown while the lock was told.
    return () => ({
      ...unpairingChanges(view, lock, wasTold),
      result: { was_told: wasTold ? 1 : 0 },
      wake: [],
    });
  },
});

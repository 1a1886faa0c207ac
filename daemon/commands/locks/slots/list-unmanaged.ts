import Type from "typebox";
import { lockErrors } from "../../call-errors.ts";
import { answer, readCommand } from "../../definition.ts";
import { lockOnly } from "../../schema/request-fields.ts";
import { findLock } from "../address.ts";
import { atLock, secondsOf, slotState, verifiedAt } from "./slot-fields.ts";
import { isUnmanaged } from "./unmanaged-code.ts";

export const listUnmanaged = readCommand({
  name: "list_unmanaged",
  summary: "Codes on the lock that are no password of the gateway's: adopt them or delete them.",
  access: "technician",
  errors: lockErrors,
  resources: [{ method: "GET", path: "/api/locks/:uuid/unmanaged" }],
  phrases: [{ words: ["lock", "unmanaged"], isOfLock: true }],
  input: lockOnly,
  output: Type.Object({
    slots: Type.Array(
      Type.Object({ user_id: Type.Integer(), at_lock: atLock, verified_at: verifiedAt }),
    ),
  }),
  run({ view }, input) {
    const { lock } = findLock(view, input);
    const slots = [...view.list("slot", [lock])].filter(isUnmanaged).map((slot) => ({
      user_id: slot.userId,
      at_lock: slotState(slot),
      verified_at: secondsOf(slot.verifiedAtMs),
    }));
    return answer({ slots });
  },
});

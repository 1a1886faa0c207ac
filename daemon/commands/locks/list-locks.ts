import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { oneOf, orNull } from "../schema/reply-fields.ts";
import { noFields } from "../schema/request-fields.ts";
import { capabilities } from "./capability-fields.ts";
import { doorState, lockFields, lockReplyFields, lockState } from "./lock-fields.ts";
import { lockStatusFields, statusReplyFields } from "./lock-status.ts";
import { foundFields, foundLocks } from "./pairing/found-locks.ts";

/** latchd's own: every paired lock. */
export const listLocks = readCommand({
  name: "list_locks",
  summary:
    "The paired locks and what each can do, and locks on the network that have no records here.",
  access: "technician",
  errors: [],
  resources: [{ method: "GET", path: "/api/locks" }],
  phrases: [{ words: ["locks"], view: "locks" }],
  input: noFields,
  output: Type.Object({
    locks: Type.Array(
      Type.Object({
        ...lockReplyFields,
        ...statusReplyFields,
        lock_state: lockState,
        door_state: doorState,
        clock: Type.Object({
          state: oneOf(["unknown", "healthy", "drifting", "absent"]),
          drift_s: orNull(Type.Integer(), "ahead of the truth; null = never measured"),
        }),
        capabilities,
      }),
    ),
    found: Type.Array(
      Type.Object({ uuid: Type.String(), brand: Type.String(), model: Type.String() }),
      { description: "locks on the network that have no records here; adopt_lock adopts one" },
    ),
  }),
  run(context) {
    const locks = [...context.view.list("lock")].map((lock) => ({
      ...lockFields(lock),
      ...lockStatusFields(context, lock),
      lock_state: lock.lockState,
      door_state: lock.doorState,
      clock: { state: lock.lockClock.state, drift_s: lock.lockClock.driftSeconds },
      capabilities: { ...lock.capabilities },
    }));
    return answer({ locks, found: foundLocks(context).map(foundFields) });
  },
});

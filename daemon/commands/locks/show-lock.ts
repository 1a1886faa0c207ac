import Type from "typebox";
import { lockErrors } from "../call-errors.ts";
import { answer, readCommand } from "../definition.ts";
import { orNull } from "../schema/reply-fields.ts";
import { lockOnly } from "../schema/request-fields.ts";
import { findLock } from "./address.ts";
import { capabilities } from "./capability-fields.ts";
import { doorState, lockFields, lockReplyFields, lockState } from "./lock-fields.ts";
import { lockStatusFields, statusReplyFields } from "./lock-status.ts";

/** latchd's own: one lock, for technicians. */
export const showLock = readCommand({
  name: "show_lock",
  summary: "Everything known of one lock beside its codes.",
  access: "technician",
  errors: lockErrors,
  resources: [{ method: "GET", path: "/api/locks/:uuid" }],
  phrases: [{ words: ["lock", "show"], isOfLock: true }],
  input: lockOnly,
  output: Type.Object({
    ...lockReplyFields,
    ...statusReplyFields,
    home_id: orNull(Type.String()),
    room_id: orNull(Type.String()),
    lock_state: lockState,
    door_state: doorState,
    capabilities,
  }),
  run(context, input) {
    const { view } = context;
    const lock = findLock(view, input);
    const binding = view.get("binding", [lock.lock]);
    return answer({
      ...lockFields(lock),
      ...lockStatusFields(context, lock),
      home_id: binding?.homeId ?? null,
      room_id: binding?.roomId ?? null,
      lock_state: lock.lockState,
      door_state: lock.doorState,
      capabilities: { ...lock.capabilities },
    });
  },
});

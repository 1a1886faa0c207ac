import Type from "typebox";
import { lockErrors } from "../../call-errors.ts";
import { answer, readCommand } from "../../definition.ts";
import { count } from "../../schema/reply-fields.ts";
import { lockOnly } from "../../schema/request-fields.ts";
import { findLock } from "../address.ts";
import {
  atLock,
  confidence,
  guard,
  passwordOfSlot,
  slotsFields,
  verifiedAt,
} from "./slot-fields.ts";

/** latchd's own: what each slot of a lock is known to contain. Codes are never shown. */
export const listSlots = readCommand({
  name: "list_slots",
  summary: "A lock's slots: the password in each, its content, and how sure that is.",
  access: "technician",
  errors: lockErrors,
  resources: [{ method: "GET", path: "/api/locks/:uuid/slots" }],
  phrases: [{ words: ["lock", "slots"], isOfLock: true }],
  input: lockOnly,
  output: Type.Object({
    slots: Type.Array(
      Type.Object({
        user_id: Type.Integer(),
        password_id: passwordOfSlot,
        at_lock: atLock,
        is_managed: Type.Boolean(),
        confidence,
        guard,
        applied_revision: Type.Integer(),
        refusals: count("times that the lock refused"),
        is_parked: Type.Boolean({ description: "not tried again until something changes" }),
        verified_at: verifiedAt,
      }),
    ),
  }),
  run: (context, input) => answer({ slots: slotsFields(context, findLock(context.view, input)) }),
});

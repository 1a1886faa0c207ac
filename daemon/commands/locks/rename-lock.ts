import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { put } from "../../store/store.ts";
import { lockErrors } from "../call-errors.ts";
import { changing, writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { lockAddress } from "../schema/request-fields.ts";
import { findLock } from "./address.ts";

export const renameLock = writeCommand({
  name: "rename_lock",
  summary: "Gives a lock the name that people and events call it by.",
  access: "installer",
  errors: lockErrors,
  resources: [{ method: "PUT", path: "/api/locks/:uuid" }],
  phrases: [{ words: ["lock", "rename"], isOfLock: true, fields: ["name"] }],
  activity: activityIds.lockRenamed,
  input: Type.Object(
    { ...lockAddress, name: Type.String({ minLength: 1, maxLength: 128 }) },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run({ view }, input) {
    const lock = findLock(view, input);
    checkLockName(input.name);
    return changing([put("lock", [lock.lock], { ...lock, name: input.name })]);
  },
});

/** @throws GatewayError `badParameters` for spaces alone, and for the form of a lock's address */
function checkLockName(name: string): void {
  const isAddress = /^0x[0-9a-f]{16}$/i.test(name.trim());
  if (name.trim() !== "" && !isAddress) return;
  const text = "name: must hold more than spaces, and must not look like the address of a lock";
  throw new GatewayError("badParameters", text, { field: "name" });
}

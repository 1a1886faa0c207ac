import Type from "typebox";
import { keypadPassword } from "../../../core/keypad/keypad-password.ts";
import { activityIds } from "../../../core/logs/activity-log.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { LockRecord } from "../../../core/model/lock.ts";
import type { PinReading } from "../../../core/model/operation.ts";
import type { SlotRecord } from "../../../core/model/slot.ts";
import { passwordOperationEvent } from "../../../core/outcome/password-event.ts";
import { nextPasswordIdAfter } from "../../../core/plan/slot-allocation.ts";
import { put } from "../../../store/store.ts";
import { lockErrors, radioErrors } from "../../call-errors.ts";
import type { CommandContext, Decision } from "../../command.ts";
import { changing, writeCommand } from "../../definition.ts";
import { lockAddress, text } from "../../schema/request-fields.ts";
import { findLock } from "../address.ts";
import { immediateOptions } from "../immediate-options.ts";
import { slotUserId } from "./slot-fields.ts";
import { contentOf, slotRefusal } from "./slot-reading.ts";
import { requireUnmanaged } from "./unmanaged-code.ts";

export const adoptCode = writeCommand({
  name: "adopt_code",
  summary: "Makes an unmanaged code a password of the gateway's: permanent, until it is changed.",
  access: "manager",
  errors: [...lockErrors, ...radioErrors],
  resources: [{ method: "POST", path: "/api/locks/:uuid/unmanaged/:user_id" }],
  phrases: [{ words: ["lock", "adopt"], isOfLock: true, fields: ["user_id"] }],
  activity: activityIds.codeAdopted,
  input: Type.Object(
    { ...lockAddress, user_id: slotUserId, name: Type.Optional(text("name for the history")) },
    { additionalProperties: false },
  ),
  output: Type.Object({ password_id: Type.Integer() }),
  async run(context, input) {
    const { view, site } = context;
    const { lock } = findLock(view, input);
    const before = requireUnmanaged(view, lock, input.user_id);
    const read = await site.diagnostics.readSlot(lock, input.user_id, immediateOptions(context));
    if (read.kind !== "read") throw slotRefusal(read);
    return () => adopt(context, { before, name: input.name ?? "" }, read.reading);
  },
});

/** @throws GatewayError `notFound` for a slot that is empty by now, `busy` for one that changed meanwhile */
function adopt(
  context: CommandContext,
  wanted: { readonly before: SlotRecord; readonly name: string },
  reading: PinReading,
): Decision {
  const { view, sealer, time } = context;
  const { lock: id, userId } = wanted.before;
  const lock = findLock(view, { uuid: id });
  const slot = requireUnmanaged(view, id, userId);
  if (slot !== wanted.before) {
    throw new GatewayError("busy", "user_id: the slot changed while it was read; try again", {
      field: "user_id",
    });
  }
  if (reading.kind === "empty") {
    throw new GatewayError("notFound", "user_id: the slot is empty now", { field: "user_id" });
  }
  const { pinCode } = reading;
  const sealedFor = `password/${id}/${context.newId()}`;
  const password = keypadPassword(
    {
      lock: id,
      id: lock.nextPasswordId,
      name: wanted.name,
      code: pinCode === "masked" ? null : sealer.seal(id, pinCode, sealedFor),
      sealedFor,
      isFrozen: reading.userStatus !== "occupiedEnabled",
      userId,
    },
    time.nowMs,
  );
  const counted: LockRecord = { ...lock, nextPasswordId: nextPasswordIdAfter(password.id) };
  const adopted: SlotRecord = {
    ...slot,
    holder: password.id,
    content: contentOf(context, id, reading),
    confidence: "confirmed",
    verifiedAtMs: time.nowMs,
    appliedRevision: 1,
    attemptedRevision: 1,
  };
  return {
    ...changing(
      [
        put("password", [id, password.id], password),
        put("lock", [id], counted),
        put("slot", [id, userId], adopted),
      ],
      { password_id: password.id },
    ),
    journal: [passwordOperationEvent(password)],
    wake: [id],
  };
}

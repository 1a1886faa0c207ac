import Type from "typebox";
import type { JsonObject } from "../core/journal.ts";
import type { LockRecord } from "../core/lock.ts";
import { findLock, lockView } from "./address.ts";
import { slotWords } from "./password-reads.ts";
import { answer, readCommand } from "./read-command.ts";
import { lockAddress } from "./schemas.ts";

const address = Type.Object(lockAddress, { additionalProperties: false });
const nothing = Type.Object({}, { additionalProperties: false });

function lockWords(lock: LockRecord): JsonObject {
  return {
    mac: lock.lock.slice(2),
    sn: lock.lock.slice(2),
    bind_time: Math.floor(lock.pairedAtMs / 1000),
    onoff_line: lock.isOnline ? 1 : 2,
    onoff_time: Math.floor(lock.onlineChangedAtMs / 1000),
    uuid: lock.lock,
    name: lock.name,
    power: lock.batteryPercent ?? -1,
    power_refreshtime: lock.batteryAtMs === null ? 0 : Math.floor(lock.batteryAtMs / 1000),
    model: lock.model,
    brand: lock.manufacturer,
    versions: { app_version: lock.firmware },
  };
}

/** V1.6 `get_lock_info`. */
export const getLockInfo = readCommand({
  name: "get_lock_info",
  summary: "A lock's make, battery and whether it is online.",
  access: "manager",
  input: address,
  output: Type.Object({
    uuid: Type.String(),
    onoff_line: Type.Integer({ description: "1 online, 2 offline" }),
    power: Type.Integer({ description: "percent, -1 = unknown" }),
  }),
  run: (context, input) => answer(lockWords(findLock(context.view, input))),
});

/** V1.6 `get_center_info`: the gateway itself. */
export const getCenterInfo = readCommand({
  name: "get_center_info",
  summary: "The gateway: identity, versions, and whether the cloud is connected.",
  access: "manager",
  input: Type.Object(
    { home_id: Type.Optional(Type.String()), uuid: Type.Optional(Type.String()) },
    { additionalProperties: false },
  ),
  output: Type.Object({ uuid: Type.String(), onoff_line: Type.Integer() }),
  run(context) {
    const gateway = context.site.gateway();
    return answer({
      mac: gateway.gatewayId,
      sn: gateway.gatewayId,
      uuid: gateway.gatewayId,
      name: gateway.name,
      model: "latchd",
      brand: "latchd",
      onoff_line: gateway.isCloudConnected ? 1 : 2,
      onoff_time: Math.floor(gateway.cloudChangedAtMs / 1000),
      versions: { app_version: gateway.version, zigbee_version: gateway.zigbeeFirmware },
    });
  },
});

/** latchd's own: every paired lock. */
export const listLocks = readCommand({
  name: "list_locks",
  summary: "The paired locks and what each can do.",
  access: "technician",
  input: nothing,
  output: Type.Object({ locks: Type.Array(Type.Object({ uuid: Type.String() })) }),
  run(context) {
    const locks = [...context.view.list("lock")].map((lock) => ({
      ...lockWords(lock),
      lock_state: lock.lockState,
      door_state: lock.doorState,
      capabilities: { ...lock.capabilities },
    }));
    return answer({ locks });
  },
});

/** latchd's own: what each slot of a lock is known to hold. Codes are never shown. */
export const listSlots = readCommand({
  name: "list_slots",
  summary: "A lock's slots: whose they are, what the lock holds, how sure that is.",
  access: "technician",
  input: address,
  output: Type.Object({ slots: Type.Array(Type.Object({ user_id: Type.Integer() })) }),
  run(context, input) {
    const held = lockView(context.view, findLock(context.view, input));
    const slots = [...held.slots.values()].map((slot) => ({
      user_id: slot.userId,
      password_id: slot.holder,
      at_lock: slotWords(slot),
      is_managed: slot.holder !== null || slot.content.kind !== "occupied",
      confidence: slot.confidence,
      applied_revision: slot.appliedRevision,
      refusals: slot.refusals,
      is_parked: slot.parkedRevision !== null,
      verified_at: slot.verifiedAtMs === null ? null : Math.floor(slot.verifiedAtMs / 1000),
    }));
    return answer({ slots });
  },
});

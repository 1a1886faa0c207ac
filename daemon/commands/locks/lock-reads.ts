import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { slotCoverage } from "../../core/audit/slot-coverage.ts";
import { radioUpSinceMs, radioUpSinceSetting } from "../../core/contact/radio-up-since.ts";
import { enforcerOf } from "../../core/enforcement/enforcer.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockRecord } from "../../core/model/lock.ts";
import type { PasswordId } from "../../core/model/password.ts";
import { holdsJunk } from "../../core/plan/junk.ts";
import type { StoreView } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";
import { findHome } from "../homes/lock-location.ts";
import { slotState } from "../passwords/password-reads.ts";
import type { SitePort } from "../ports.ts";
import { answer, readCommand } from "../read-command.ts";
import { homeId, lockAddress, text } from "../schema/request-fields.ts";
import { findLock, lockView } from "./address.ts";
import { centerReply, lockReply, locksReply, slotsReply } from "./lock-replies.ts";
import { foundFields, foundLocks, suspensionFields } from "./network-status.ts";

const address = Type.Object(lockAddress, { additionalProperties: false });
const nothing = Type.Object({}, { additionalProperties: false });

/** V1.6 names five; what a device does not tell is empty. */
const noVersions = {
  kernel_version: "",
  zigbee_version: "",
  media_version: "",
  hardware_version: "",
  app_version: "",
} as const;

/** A lock in the words of V1.6 `get_lock_info`. */
export function lockFields(lock: LockRecord): JsonObject {
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
    versions: { ...noVersions, app_version: lock.firmware },
  };
}

/** V1.6 `get_lock_info`. */
export const getLockInfo = readCommand({
  name: "get_lock_info",
  summary: "A lock's make, battery and whether it is online.",
  access: "manager",
  input: address,
  output: lockReply,
  run: (context, input) => answer(lockFields(findLock(context.view, input))),
});

/** V1.6 `get_center_info`: the gateway itself. */
export const getCenterInfo = readCommand({
  name: "get_center_info",
  summary: "The gateway: identity, versions, and whether the cloud is connected.",
  access: "manager",
  input: Type.Object(
    {
      home_id: Type.Optional(homeId),
      uuid: Type.Optional(text("the gateway; only this one is served here", 64)),
    },
    { additionalProperties: false },
  ),
  output: centerReply,
  run({ site, view }, input) {
    const gateway = site.gateway();
    if (input.uuid !== undefined && input.uuid !== gateway.gatewayId) {
      throw new GatewayError("notFound", `uuid: this is not gateway ${input.uuid}`, {
        field: "uuid",
      });
    }
    if (input.home_id === undefined) {
      const times = Array.from(view.list("home"), (home) => home.gatewayBoundAtMs ?? 0);
      return answer(gatewayFields(gateway, Math.max(0, ...times)));
    }
    const { gatewayBoundAtMs } = findHome(view, input.home_id);
    if (gatewayBoundAtMs === null) {
      throw new GatewayError("notFound", "home_id: the home has no gateway", { field: "home_id" });
    }
    return answer(gatewayFields(gateway, gatewayBoundAtMs));
  },
});

/** The gateway in the words of V1.6 `get_center_info`; a time of 0 = never. */
export function gatewayFields(
  gateway: ReturnType<SitePort["gateway"]>,
  boundAtMs: number,
): JsonObject {
  return {
    mac: gateway.gatewayId,
    sn: gateway.gatewayId,
    bind_time: Math.floor(boundAtMs / 1000),
    // Without a cloud there is nobody but the caller to be on line with.
    onoff_line: gateway.isCloudConnected || gateway.cloudChangedAtMs === null ? 1 : 2,
    onoff_time: Math.floor((gateway.cloudChangedAtMs ?? 0) / 1000),
    uuid: gateway.gatewayId,
    name: gateway.name,
    model: "latchd",
    brand: "latchd",
    versions: {
      ...noVersions,
      app_version: gateway.version,
      zigbee_version: gateway.zigbeeFirmware,
    },
  };
}

/** latchd's own: every paired lock. */
export const listLocks = readCommand({
  name: "list_locks",
  summary:
    "The paired locks and what each can do, and locks on the network that have no records here.",
  access: "technician",
  input: nothing,
  output: locksReply,
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

/** latchd's own: what each slot of a lock is known to hold. Codes are never shown. */
export const listSlots = readCommand({
  name: "list_slots",
  summary: "A lock's slots: whose they are, what the lock holds, how sure that is.",
  access: "technician",
  input: address,
  output: slotsReply,
  run(context, input) {
    const slots = slotsFields(context, findLock(context.view, input));
    return answer({ slots });
  },
});

/** The slots of a lock in the words of `list_slots`. */
export function slotsFields(
  { view, time }: Pick<CommandContext, "view" | "time">,
  lock: LockRecord,
): readonly JsonObject[] {
  const { passwords, slots } = lockView(view, lock);
  const windows = new Map(passwords.map(({ id, window }) => [id, window]));
  const windowOf = (holder: PasswordId | null) =>
    holder === null ? null : (windows.get(holder) ?? null);
  return [...slots.values()].map((slot) => ({
    user_id: slot.userId,
    password_id: slot.holder,
    at_lock: slotState(slot),
    is_managed: slot.holder !== null || slot.content.kind !== "occupied" || holdsJunk(slot),
    confidence: slot.confidence,
    guard: enforcerOf(slot, windowOf(slot.holder), time.state),
    applied_revision: slot.appliedRevision,
    refusals: slot.refusals,
    is_parked: slot.parkedRevision !== null,
    verified_at: slot.verifiedAtMs === null ? null : Math.floor(slot.verifiedAtMs / 1000),
  }));
}

/** What is going on with a lock: for technicians. */
export function lockStatusFields(
  { view, time, site }: Pick<CommandContext, "view" | "time" | "site">,
  lock: LockRecord,
): JsonObject {
  const { silentForMs, breakMs, isWorking, isOnNetwork } = site.diagnostics.lock(lock.lock);
  const passwords = [...view.list("password", [lock.lock])];
  const waiting = passwords.filter(({ operationStage }) => operationStage === "inProgress");
  const failed = passwords.filter(({ operationStage }) => operationStage === "failed");
  return {
    silent_for_s: silentForMs === null ? null : Math.round(silentForMs / 1000),
    left_alone_for_s: Math.ceil(breakMs / 1000),
    is_on_network: isOnNetwork ? 1 : 0,
    is_working: isWorking ? 1 : 0,
    pending_operations: waiting.length,
    failed_operations: failed.length,
    ...suspensionFields(view, lock.lock),
    ...auditWords(view, lock, time.nowMs),
  };
}

/** How much of the lock's slots is known. */
function auditWords(view: StoreView, lock: LockRecord, nowMs: number): JsonObject {
  const radioUpSince = radioUpSinceMs(view.get("setting", radioUpSinceSetting)?.value);
  const standing = slotCoverage(lockView(view, lock), radioUpSince, nowMs);
  const seconds = (ms: number | null) => (ms === null ? null : Math.floor(ms / 1000));
  return {
    slots_unknown: standing.slotsUnknown,
    unknown_for_s: seconds(standing.unknownForMs),
    oldest_read_s: seconds(standing.oldestReadMs),
    can_read_slots: standing.canRead ? 1 : 0,
  };
}

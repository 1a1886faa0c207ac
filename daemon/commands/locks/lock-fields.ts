import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { stickOfflineSetting } from "../../core/contact/stick-alarm.ts";
import type { LockRecord } from "../../core/model/lock.ts";
import type { StoreView } from "../../store/store.ts";
import { oneOf, time } from "../schema/reply-fields.ts";

/** What V1.6 answers about any device: the gateway, or a lock. */
export const identityFields = {
  mac: Type.String(),
  sn: Type.String(),
  bind_time: time("paired or bound; 0 = never"),
  onoff_line: Type.Union([Type.Literal(1), Type.Literal(2)], {
    description: "1 online, 2 offline",
  }),
  onoff_time: time("since when it is so"),
  uuid: Type.String(),
  name: Type.String(),
  model: Type.String(),
  brand: Type.String(),
  versions: Type.Object({
    kernel_version: Type.String(),
    zigbee_version: Type.String(),
    media_version: Type.String(),
    hardware_version: Type.String(),
    app_version: Type.String({ description: "the firmware" }),
  }),
};

/** V1.6 names five versions; one that a device does not report is empty. */
export const unnamedVersions = {
  kernel_version: "",
  zigbee_version: "",
  media_version: "",
  hardware_version: "",
  app_version: "",
} as const;

/** V1.6 `get_lock_info`. */
export const lockReplyFields = {
  ...identityFields,
  power: Type.Integer({ description: "percent, -1 = unknown" }),
  power_refreshtime: time("when the lock reported it; 0 = never"),
};

export const lockState = oneOf(["notFullyLocked", "locked", "unlocked", "undefined"]);
export const doorState = oneOf([
  "open",
  "closed",
  "jammed",
  "forcedOpen",
  "unspecified",
  "undefined",
]);

/** Returns a lock's fields in V1.6 `get_lock_info`. Without a stick no lock is online. */
export function lockFields(view: Pick<StoreView, "get">, lock: LockRecord): JsonObject {
  const hasStick = view.get("setting", stickOfflineSetting)?.value !== true;
  return {
    mac: lock.lock.slice(2),
    sn: lock.lock.slice(2),
    bind_time: Math.floor(lock.pairedAtMs / 1000),
    onoff_line: lock.isOnline && hasStick ? 1 : 2,
    onoff_time: Math.floor(lock.onlineChangedAtMs / 1000),
    uuid: lock.lock,
    name: lock.name,
    power: lock.batteryPercent ?? -1,
    power_refreshtime: lock.batteryAtMs === null ? 0 : Math.floor(lock.batteryAtMs / 1000),
    model: lock.model,
    brand: lock.manufacturer,
    versions: { ...unnamedVersions, app_version: lock.firmware },
  };
}

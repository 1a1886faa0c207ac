import type { JsonObject } from "../../../daemon/base/json.ts";
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { LockRecord } from "../../../daemon/core/model/lock.ts";
import { eventTypes } from "../dialect/event-types.ts";
import { gatewayTopicsOf, lockTopicsOf } from "../dialect/topics.ts";
import type { HomeSettings } from "../settings.ts";
import {
  availableBy,
  type Component,
  type Device,
  diagnostic,
  type Entity,
  field,
} from "./discovery-base.ts";
import { gatewayDeviceId } from "./gateway-discovery.ts";

export function lockDeviceId(lock: LockId): string {
  return `latchd_${lock}`;
}

/** Where a lock is found. */
export interface LockPlace {
  readonly settings: HomeSettings;
  /** Its name, which is also the last level of its topic. */
  readonly name: string;
  /** Address of the gateway's page; null = there is none. */
  readonly page: string | null;
}

/** Returns a lock as a device. Its identifier is of the form by which lock tools recognise Zigbee2MQTT. */
export function lockDevice(
  lock: Pick<LockRecord, "lock" | "manufacturer" | "model" | "firmware">,
  place: LockPlace,
): Device {
  const { settings, name, page } = place;
  return {
    id: lockDeviceId(lock.lock),
    name,
    fields: {
      identifiers: [`zigbee2mqtt_${lock.lock}`],
      name,
      ...given({
        manufacturer: lock.manufacturer,
        model: lock.model,
        model_id: lock.model,
        sw_version: lock.firmware,
        configuration_url: page ?? "",
      }),
      via_device: gatewayDeviceId(settings.gatewayId),
    },
    entities: lockEntities(settings, name),
  };
}

function given(fields: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
}

/** The values of a lock: component, key, name, and the fields of the component's schema. */
const values: readonly (readonly [Component, string, string, JsonObject])[] = [
  [
    "sensor",
    "battery",
    "Battery",
    { device_class: "battery", unit_of_measurement: "%", state_class: "measurement" },
  ],
  ["sensor", "last_seen", "Last seen", { device_class: "timestamp" }],
  [
    "sensor",
    "linkquality",
    "Link quality",
    { unit_of_measurement: "lqi", state_class: "measurement" },
  ],
  ["sensor", "pending_changes", "Pending changes", { state_class: "measurement" }],
  ["sensor", "overdue_revocations", "Overdue revocations", { state_class: "measurement" }],
  ["binary_sensor", "door", "Door", { device_class: "door" }],
  ["binary_sensor", "tamper", "Tamper", { device_class: "tamper" }],
  ["binary_sensor", "battery_low", "Battery low", { device_class: "battery" }],
  ["binary_sensor", "problem", "Problem", { device_class: "problem" }],
  ["binary_sensor", "online", "Connection", { device_class: "connectivity" }],
];

/** Values that people look at first; the others are for technicians. */
const mainValues: ReadonlySet<string> = new Set(["door"]);

function lockEntities(settings: HomeSettings, name: string): readonly Entity[] {
  const topics = lockTopicsOf(settings.baseTopic, name);
  const gateway = gatewayTopicsOf(settings.gatewayId).availability;
  const available = availableBy(gateway, topics.availability);
  return [
    {
      component: "lock",
      key: "lock",
      name: null,
      fields: {
        state_topic: topics.state,
        command_topic: `${topics.state}/set`,
        value_template: field("state"),
        payload_lock: "LOCK",
        payload_unlock: "UNLOCK",
        state_locked: "LOCK",
        state_unlocked: "UNLOCK",
        state_jammed: "JAMMED",
        optimistic: false,
        retain: false,
        ...available,
      },
    },
    {
      component: "event",
      key: "event",
      name: "Event",
      // An alarm of a lock that has just left must still be shown.
      fields: { state_topic: topics.event, event_types: [...eventTypes], ...availableBy(gateway) },
    },
    ...values.map(([component, key, label, fields]) => ({
      component,
      key,
      name: label,
      fields: {
        state_topic: topics.state,
        value_template: field(key),
        ...fields,
        ...(mainValues.has(key) ? {} : diagnostic),
        // What people need to know of a lock that cannot be reached.
        ...(component === "sensor" || key === "online" || key === "problem"
          ? availableBy(gateway)
          : available),
      },
    })),
  ];
}

import type { JsonObject } from "../../../daemon/base/json.ts";
import type { HealthReport } from "../../../daemon/core/model/gateway/health.ts";
import { gatewayTopicsOf } from "../dialect/topics.ts";
import type { HomeSettings } from "../settings.ts";
import { availableBy, type Device, diagnostic, field } from "./discovery-base.ts";

/** The payload of the button that opens the network, and for how long it does. */
export const pairPayload = "PAIR";
export const pairSeconds = 60;

export function gatewayDeviceId(gatewayId: string): string {
  return `latchd_${gatewayId.replaceAll(/[^A-Za-z0-9_-]/g, "_")}`;
}

/** Returns the gateway as a device. */
export function gatewayDevice(settings: HomeSettings, page: string | null): Device {
  const { gatewayId, gatewayName: name, version } = settings;
  const topics = gatewayTopicsOf(gatewayId);
  const ofState = { state_topic: topics.state, ...diagnostic, ...availableBy(topics.availability) };
  const id = gatewayDeviceId(gatewayId);
  return {
    id,
    name,
    fields: {
      identifiers: [id],
      name,
      manufacturer: "latchd",
      model: "latchd gateway",
      sw_version: version,
      ...(page === null ? {} : { configuration_url: page }),
    },
    entities: [
      {
        component: "binary_sensor",
        key: "online",
        name: "Connection",
        fields: {
          state_topic: topics.availability,
          device_class: "connectivity",
          payload_on: "online",
          payload_off: "offline",
          ...diagnostic,
        },
      },
      {
        component: "binary_sensor",
        key: "stick",
        name: "Zigbee stick",
        fields: { value_template: field("stick"), device_class: "problem", ...ofState },
      },
      {
        component: "binary_sensor",
        key: "clock",
        name: "Time lost",
        fields: { value_template: field("clock"), device_class: "problem", ...ofState },
      },
      {
        component: "sensor",
        key: "backlog",
        name: "Records for the cloud",
        fields: { value_template: field("backlog"), state_class: "measurement", ...ofState },
      },
      {
        component: "button",
        key: "pair",
        name: `Pair for ${pairSeconds} s`,
        fields: {
          command_topic: topics.set,
          payload_press: pairPayload,
          entity_category: "config",
          retain: false,
          ...availableBy(topics.availability),
        },
      },
    ],
  };
}

/** Returns the state of the gateway as its topic has it. @param backlog records that wait for the cloud; null = none */
export function gatewayState(health: HealthReport, backlog: number | null): JsonObject {
  return {
    stick: health.stick.state === "ok" ? "OFF" : "ON",
    clock: health.clock.state === "down" ? "ON" : "OFF",
    backlog,
  };
}

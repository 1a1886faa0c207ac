import type { JsonObject } from "../../../daemon/base/json.ts";
import type { HomeMessage, HomeSettings } from "../settings.ts";

/** The kinds of entities that the gateway announces. */
export type Component = "lock" | "sensor" | "binary_sensor" | "event" | "button";

/** One entity of a device. */
export interface Entity {
  readonly component: Component;
  /** Part of its ids; never changed, because people's dashboards name it. */
  readonly key: string;
  /** The name that people see, beside that of the device; null = that of the device. */
  readonly name: string | null;
  /** The fields of the component's own schema. */
  readonly fields: JsonObject;
}

/** A device with its entities, and who it is. */
export interface Device {
  /** Part of the ids of its entities: A-Z a-z 0-9 _ - */
  readonly id: string;
  readonly name: string;
  readonly fields: JsonObject;
  readonly entities: readonly Entity[];
}

/** Returns the discovery topic of an entity. */
export function discoveryTopic(
  prefix: string,
  device: string,
  { component, key }: Pick<Entity, "component" | "key">,
): string {
  return `${prefix}/${component}/${device}_${key}/config`;
}

/** Returns the retained messages by which Home Assistant learns of a device. */
export function discoveryOf(settings: HomeSettings, device: Device): readonly HomeMessage[] {
  return device.entities.map((entity) => ({
    topic: discoveryTopic(settings.discoveryPrefix, device.id, entity),
    body: JSON.stringify({
      name: entity.name,
      unique_id: `${device.id}_${entity.key}`,
      default_entity_id: `${entity.component}.${entityName(device, entity)}`,
      qos: 1,
      ...entity.fields,
      device: device.fields,
      origin: { name: "latchd", sw_version: settings.version },
    }),
    isRetained: true,
  }));
}

/** Returns an id for dashboards: letters of the device's name and of the entity's, else the device's id. */
function entityName(device: Device, { key, name }: Entity): string {
  const word = device.name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  const base = word === "" ? device.id.toLowerCase() : word;
  return name === null ? base : `${base}_${key}`;
}

/** Returns the fields by which an entity is shown as unavailable unless all these topics say `online`. */
export function availableBy(...topics: readonly string[]): JsonObject {
  return { availability: topics.map((topic) => ({ topic })), availability_mode: "all" };
}

/** Returns the fields of a value for technicians. */
export const diagnostic = { entity_category: "diagnostic" } as const;

/** Returns the template of a field of the state; a field that is null makes the entity's state unknown. */
export function field(name: string): string {
  return `{{ value_json.${name} }}`;
}

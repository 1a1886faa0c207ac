import Type, { type TSchema } from "typebox";
import { Value } from "typebox/value";

/*
 * What Home Assistant accepts in the discovery message of each component that latchd announces. Source: the pages
 * "MQTT Lock", "MQTT Sensor", "MQTT Binary sensor", "MQTT Event" and "MQTT Button" of Home Assistant's documentation, and
 * its section "MQTT Discovery", read in 2026. `default_entity_id` replaced `object_id` in 2025.10. Fields are named here
 * only if they are documented there; Home Assistant drops others without a word.
 */

/** A topic without wildcards. */
const topic = Type.String({ pattern: "^[^+#\\u0000]+$", minLength: 1 });
const template = Type.String({ pattern: "^\\{\\{.*\\}\\}$" });
const text = Type.String({ minLength: 1 });
const qos = Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)]);

const device = Type.Object(
  {
    identifiers: Type.Array(text, { minItems: 1 }),
    name: text,
    manufacturer: Type.Optional(text),
    model: Type.Optional(text),
    model_id: Type.Optional(text),
    sw_version: Type.Optional(text),
    hw_version: Type.Optional(text),
    serial_number: Type.Optional(text),
    suggested_area: Type.Optional(text),
    via_device: Type.Optional(text),
    configuration_url: Type.Optional(Type.String({ pattern: "^(https?|homeassistant)://" })),
  },
  { additionalProperties: false },
);

const origin = Type.Object(
  { name: text, sw_version: Type.Optional(text), support_url: Type.Optional(text) },
  { additionalProperties: false },
);

function component(name: string, categories: readonly string[], fields: Record<string, TSchema>) {
  return Type.Object(
    {
      name: Type.Union([text, Type.Null()]),
      unique_id: text,
      default_entity_id: Type.String({ pattern: `^${name}\\.[a-z0-9_]+$` }),
      device,
      origin,
      qos: Type.Optional(qos),
      availability: Type.Optional(
        Type.Array(
          Type.Object(
            {
              topic,
              payload_available: Type.Optional(text),
              payload_not_available: Type.Optional(text),
              value_template: Type.Optional(template),
            },
            { additionalProperties: false },
          ),
          { minItems: 1 },
        ),
      ),
      availability_mode: Type.Optional(oneOf("all", "any", "latest")),
      entity_category: Type.Optional(oneOf(...categories)),
      enabled_by_default: Type.Optional(Type.Boolean()),
      icon: Type.Optional(Type.String({ pattern: "^mdi:" })),
      ...fields,
    },
    { additionalProperties: false },
  );
}

function oneOf(...words: readonly string[]) {
  return Type.Union(words.map((word) => Type.Literal(word)));
}

/** Of a component that only shows something, the category `config` is refused. */
const shows = ["diagnostic"];
const acts = ["diagnostic", "config"];

const componentSchemas: Readonly<Record<string, TSchema>> = {
  lock: component("lock", acts, {
    command_topic: topic,
    state_topic: Type.Optional(topic),
    value_template: Type.Optional(template),
    payload_lock: Type.Optional(text),
    payload_unlock: Type.Optional(text),
    payload_open: Type.Optional(text),
    state_locked: Type.Optional(text),
    state_unlocked: Type.Optional(text),
    state_locking: Type.Optional(text),
    state_unlocking: Type.Optional(text),
    state_jammed: Type.Optional(text),
    optimistic: Type.Optional(Type.Boolean()),
    retain: Type.Optional(Type.Boolean()),
  }),
  sensor: component("sensor", shows, {
    state_topic: topic,
    value_template: Type.Optional(template),
    device_class: Type.Optional(oneOf("battery", "timestamp", "duration", "signal_strength")),
    unit_of_measurement: Type.Optional(text),
    state_class: Type.Optional(oneOf("measurement", "total", "total_increasing")),
    expire_after: Type.Optional(Type.Integer({ minimum: 0 })),
    force_update: Type.Optional(Type.Boolean()),
  }),
  binary_sensor: component("binary_sensor", shows, {
    state_topic: topic,
    value_template: Type.Optional(template),
    device_class: Type.Optional(
      oneOf("door", "lock", "tamper", "battery", "connectivity", "problem", "running"),
    ),
    payload_on: Type.Optional(text),
    payload_off: Type.Optional(text),
    off_delay: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  event: component("event", shows, {
    state_topic: topic,
    event_types: Type.Array(text, { minItems: 1 }),
    value_template: Type.Optional(template),
    device_class: Type.Optional(oneOf("button", "doorbell", "motion")),
  }),
  button: component("button", acts, {
    command_topic: topic,
    payload_press: Type.Optional(text),
    device_class: Type.Optional(oneOf("identify", "restart", "update")),
    retain: Type.Optional(Type.Boolean()),
  }),
};

/** Returns what Home Assistant would refuse in a discovery message; empty = nothing. */
export function discoveryFaults(discoveryTopic: string, body: string): readonly string[] {
  // The object id may have these characters only.
  const match = /^[^+#]+\/([a-z_]+)\/([A-Za-z0-9_-]+)\/config$/.exec(discoveryTopic);
  const schema = componentSchemas[match?.[1] ?? ""];
  if (schema === undefined) return [`${discoveryTopic}: is no discovery topic of a component`];
  const value: unknown = JSON.parse(body);
  const faults = [...Value.Errors(schema, value)].map(
    (fault) => `${discoveryTopic}: ${JSON.stringify(fault)}`,
  );
  return [...faults, ...sensorFaults(value).map((fault) => `${discoveryTopic}: ${fault}`)];
}

/** A time has no unit and no statistics. */
function sensorFaults(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return ["is no object"];
  const isTime = Reflect.get(value, "device_class") === "timestamp";
  const hasMore = "unit_of_measurement" in value || "state_class" in value;
  return isTime && hasMore ? ["a timestamp has neither unit_of_measurement nor state_class"] : [];
}

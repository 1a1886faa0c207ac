import type { Static, TSchema } from "typebox";
import { Type } from "./schema-builders.ts";

/*
 * The keys of latchd.yaml. Each leaf's `description` says what is accepted there: it completes "must be …" in
 * a fault, and the reference shows it.
 */

function text(description: string, pattern = "^[^\\u0000\\r\\n]{1,1024}$") {
  return Type.String({ pattern, description });
}

/** The pattern of a name: no control characters, and none that changes the direction of writing. */
function oneLine(maxLength: number): string {
  const hidden =
    "\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff";
  return `^[^${hidden}]{1,${maxLength}}$`;
}

function whole(minimum: number, maximum: number, fallback: number) {
  return Type.Integer({
    minimum,
    maximum,
    default: fallback,
    description: `a whole number from ${minimum} to ${maximum}`,
  });
}

function oneOf<const Choices extends string[]>(
  choices: readonly [...Choices],
  fallback: Choices[number],
) {
  return Type.Enum(choices, { default: fallback, description: `one of ${choices.join(", ")}` });
}

function flag(fallback: boolean) {
  return Type.Boolean({ default: fallback, description: "true or false" });
}

function section<const Fields extends Record<string, TSchema>>(fields: Fields) {
  return Type.Object(fields, { additionalProperties: false, description: "a section of keys" });
}

function topic(fallback: string) {
  return Type.String({
    pattern: "^[A-Za-z0-9._-]{1,32}(/[A-Za-z0-9._-]{1,32}){0,4}$",
    default: fallback,
    description: "topic levels of A-Z a-z 0-9 . _ - joined by /",
  });
}

const file = text("the path of a file");

const brokerDescription =
  "mqtt://, mqtts://, ws:// or wss:// with a host, no user or password in it";
const broker = text(brokerDescription, "^(mqtts?|wss?)://[^\\s@/][^\\s@]{0,500}$");

/** The schema of the configuration, for the YAML file and the environment. */
export const configSchema = section({
  gateway: section({
    id: Type.Optional(text("1 … 64 of A-Z a-z 0-9 . _ - (a UUID is)", "^[A-Za-z0-9._-]{1,64}$")),
    name: Type.Optional(text("1 … 64 characters on one line", oneLine(64))),
    home_id: Type.Optional(text("1 … 128 characters on one line", oneLine(128))),
  }),
  data_dir: Type.String({
    pattern: "^/[^\\u0000]{1,1023}$",
    default: "/var/lib/latchd",
    description: "an absolute path of a directory",
  }),
  key_file: Type.Optional(file),
  witness_file: Type.Optional(file),
  stick: section({
    path: text(
      "auto, a serial device such as /dev/serial/by-id/…, or tcp://host:port",
      "^(auto|/[^\\u0000\\r\\n]{1,255}|tcp://[^\\s/]{1,255}:[0-9]{1,5})$",
    ),
    baud_rate: whole(9600, 3_000_000, 115_200),
    rtscts: flag(false),
  }),
  zigbee: section({ channel: whole(11, 26, 15) }),
  cloud: Type.Optional(
    section({
      url: Type.Union([broker, Type.Array(broker, { minItems: 1, maxItems: 8 })], {
        description: `${brokerDescription}, or a list of at most 8 of them`,
      }),
      allow_plain: flag(false),
      protocol: oneOf(["5", "3.1.1"], "5"),
      username: Type.Optional(text("1 … 1024 characters on one line")),
      password_file: Type.Optional(file),
      ca_file: Type.Optional(file),
      cert_file: Type.Optional(file),
      key_file: Type.Optional(file),
      prefix: topic("latch/1"),
      keepalive_s: whole(10, 3600, 60),
      will_delay_s: whole(0, 3600, 45),
      reconnect: section({
        min_ms: whole(100, 60_000, 1000),
        max_ms: whole(100, 3_600_000, 300_000),
        first_max_ms: whole(0, 3_600_000, 60_000),
      }),
    }),
  ),
  home_assistant: Type.Optional(
    section({
      enabled: flag(true),
      url: Type.Optional(broker),
      allow_plain: flag(false),
      protocol: oneOf(["5", "3.1.1"], "5"),
      username: Type.Optional(text("1 … 1024 characters on one line")),
      password_file: Type.Optional(file),
      ca_file: Type.Optional(file),
      cert_file: Type.Optional(file),
      key_file: Type.Optional(file),
      discovery_prefix: topic("homeassistant"),
      base_topic: topic("zigbee2mqtt"),
      codes: oneOf(["off", "manage"], "off"),
      names: flag(false),
      remote: flag(false),
    }),
  ),
  sync: section({
    acknowledge: oneOf(["broker", "cloud"], "broker"),
    digest_key_file: Type.Optional(file),
    protection: section({
      commands: oneOf(["off", "signed", "sealed"], "off"),
      codes: oneOf(["off", "sealed"], "off"),
      cloud_keys_file: Type.Optional(file),
    }),
  }),
  api: section({
    socket: Type.Optional(
      Type.Union([Type.Literal(false), Type.String({ pattern: "^/[^\\u0000]{1,106}$" })], {
        description: "an absolute path of at most 107 bytes, or false",
      }),
    ),
    host: Type.String({
      pattern: "^[A-Za-z0-9.:_-]{1,253}$",
      default: "127.0.0.1",
      description: "an address or a host name",
    }),
    port: Type.Union([Type.Literal(false), Type.Integer({ minimum: 0, maximum: 65_535 })], {
      default: 8480,
      description: "a port from 0 (any free one) to 65535, or false",
    }),
    page: flag(true),
    v16_status: oneOf(["always_200", "http"], "always_200"),
    tls: oneOf(["off", "generated", "files"], "off"),
    cert_file: Type.Optional(file),
    key_file: Type.Optional(file),
    allowed_hosts: Type.Array(Type.String({ pattern: "^[A-Za-z0-9.:_-]{1,253}$" }), {
      maxItems: 16,
      default: [],
      description: "a list of at most 16 host names without ports",
    }),
    public_url: Type.Optional(
      text("https://name or https://name:port", "^https://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?/?$"),
    ),
  }),
  callbacks: section({
    allow_http: flag(false),
    allow_private: flag(false),
    ca_file: Type.Optional(file),
  }),
  messages: section({
    webhook_url: Type.Optional(
      text("an https:// URL, or http:// on this machine", "^https?://[^\\s@]{1,500}$"),
    ),
    smtp: Type.Optional(
      section({
        url: text("smtps://host:port or smtp://host:port", "^smtps?://[^\\s@/]{1,260}$"),
        from: text("a mail address", "^[^\\s@<>,;]{1,64}@[^\\s@<>,;]{1,253}$"),
        username: Type.Optional(text("1 … 1024 characters on one line")),
        password_file: Type.Optional(file),
        sms_domain: Type.Optional(text("a domain name", "^[A-Za-z0-9.-]{1,253}$")),
      }),
    ),
    ca_file: Type.Optional(file),
  }),
  passwords: section({
    refuse_trivial: flag(true),
  }),
  actions: section({
    working_day: oneOf(["sunday_lowest", "sunday_highest"], "sunday_lowest"),
  }),
  clock: section({
    trust: oneOf(["auto", "system", "ntp"], "auto"),
    time_zone: Type.Optional(text("an IANA time zone such as Europe/Berlin")),
  }),
  log: section({
    level: oneOf(["trace", "debug", "info", "warn", "error", "fatal"], "info"),
    format: oneOf(["auto", "json", "pretty"], "auto"),
  }),
  locks: section({
    deadline_ms: whole(1000, 10_000, 10_000),
    keypad_edits: oneOf(["keep", "revert", "ask"], "keep"),
    audits_per_day: Type.Union(
      [Type.Literal("auto"), Type.Integer({ minimum: 0, maximum: 1440 })],
      {
        default: "auto",
        description: "auto, or a whole number from 0 to 1440",
      },
    ),
  }),
});

/** A checked document, with the keys of the file. */
export type ConfigDocument = Static<typeof configSchema>;

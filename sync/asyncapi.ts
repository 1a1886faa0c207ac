import { type TSchema, Type } from "typebox";
import { isJsonObject } from "../daemon/base/json.ts";
import { callExamples } from "../daemon/commands/examples/call-examples.ts";
import { commands } from "../daemon/commands/table.ts";
import { commandSchema } from "./down/command-envelope.ts";
import { syncSchemas } from "./down/sync-messages.ts";
import { eventMessages, type MessageInfo, replyMessages } from "./message-schemas.ts";
import { topicsOf } from "./topics.ts";

/** JSON as the document is written. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Readonly<Record<string, Json>>;

const epoch = Type.String({ description: "random; new whenever the store is created or rebuilt" });

const digestSchema = Type.Object({ desired: Type.String(), confirmed: Type.String() });

/** By these fields the gateway recognises its own messages; the cloud does not need them. */
const ownProof = {
  start: Type.Integer({ description: "grows by one with each start of the process" }),
  proof: Type.String({ description: "keyed hash over gateway, boot, start, epoch and head" }),
};

const stateSchema = Type.Union([
  Type.Object({
    state: Type.Literal("online"),
    boot: Type.String({ description: "random; new for each start of the process" }),
    epoch,
    head: Type.Integer(),
    tail: Type.Integer(),
    unheard: Type.Optional(
      Type.Object(
        { from: Type.Integer(), to: Type.Integer() },
        {
          description:
            "some of these records were acknowledged by the broker while nobody was subscribed",
        },
      ),
    ),
    digest: digestSchema,
    versions: Type.Object({}, { additionalProperties: true }),
    clock: Type.Enum(["synced", "holding", "lost"]),
    ...ownProof,
    time_nonce: Type.String({
      description: "send it back with the time on down/sync within 30 s, as {time, nonce}",
    }),
    protection: Type.Optional(Type.Object({ kid: Type.String(), forged: Type.Integer() })),
    locks: Type.Optional(
      Type.Array(
        Type.Object({ uuid: Type.String(), desired: Type.String(), confirmed: Type.String() }),
      ),
    ),
  }),
  Type.Object({
    state: Type.Literal("offline"),
    event: Type.Literal("centerOfflineAlarm"),
    boot: Type.String(),
    epoch: Type.Optional(epoch),
    head: Type.Optional(Type.Integer({ description: "only in a farewell, not in a will" })),
    start: Type.Optional(ownProof.start),
    proof: Type.Optional(ownProof.proof),
  }),
]);

/** Returns the AsyncAPI 3 document of the gateway's MQTT side, from the schemas that the gateway checks with. */
export function asyncApi(version: string): JsonObject {
  const { command, sync, reply, event, state } = topicsOf("latch/1", "{gatewayId}");
  return {
    asyncapi: "3.0.0",
    info: {
      title: "latchd over MQTT",
      version,
      description:
        "Cloud synchronisation of a Zigbee lock gateway. The prose is in docs/mqtt.md, every event and reply in docs/events.md and docs/replies.md.",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    channels: {
      command: channel(command, commandMessages()),
      sync: channel(sync, messagesOf(syncSchemas)),
      reply: channel(reply, messagesWithExamples(replyMessages())),
      event: channel(event, messagesWithExamples(eventMessages())),
      state: channel(state, messagesOf({ state: stateSchema })),
    },
    operations: {
      executeCommand: operation("receive", "command", {
        channel: { $ref: "#/channels/reply" },
      }),
      synchronise: operation("receive", "sync"),
      sendReply: operation("send", "reply"),
      sendEvent: operation("send", "event"),
      sendState: { ...operation("send", "state"), bindings: { mqtt: { qos: 1, retain: true } } },
    },
  };
}

/** Returns one message per command: the envelope with the command's own name and parameters. */
function commandMessages(): JsonObject {
  const messages: Record<string, Json> = {};
  for (const { name, summary, input } of commands) {
    const { properties, required, ...envelope } = plain(commandSchema);
    messages[name] = {
      name,
      summary,
      payload: {
        ...envelope,
        required: required ?? [],
        properties: {
          ...(isJsonObject(properties) ? properties : {}),
          command: { const: name },
          params: plain(input),
        },
      },
      examples: [
        {
          payload: {
            id: "3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9",
            command: name,
            params: JSON.parse(callExamples[name]?.request ?? "{}"),
          },
        },
      ],
    };
  }
  return messages;
}

function messagesWithExamples(messages: readonly MessageInfo[]): JsonObject {
  const entries = messages.map(({ name, summary, payload, example }): [string, Json] => [
    name,
    { name, summary, payload: plain(payload), examples: [{ payload: example }] },
  ]);
  return Object.fromEntries(entries);
}

function messagesOf(schemas: Readonly<Record<string, TSchema>>): JsonObject {
  const entries = Object.entries(schemas);
  return Object.fromEntries(
    entries.map(([name, schema]): [string, Json] => [name, { name, payload: plain(schema) }]),
  );
}

function channel(address: string, messages: JsonObject): JsonObject {
  return {
    address,
    parameters: { gatewayId: { description: "the gateway's uuid, its MQTT client id" } },
    messages,
  };
}

function operation(action: "send" | "receive", name: string, reply?: JsonObject): JsonObject {
  return {
    action,
    channel: { $ref: `#/channels/${name}` },
    ...(reply === undefined ? {} : { reply }),
    bindings: { mqtt: { qos: 1, retain: false } },
  };
}

/** Returns a schema as plain JSON Schema. */
function plain(schema: TSchema): JsonObject {
  const value: JsonObject = JSON.parse(JSON.stringify(schema));
  return value;
}

import { type TSchema, Type } from "typebox";
import { isJsonObject } from "../daemon/base/json.ts";
import { commands } from "../daemon/commands/table.ts";
import { eventNames } from "../daemon/core/model/journal.ts";
import { commandSchema } from "./down/command-envelope.ts";
import { syncSchemas } from "./down/sync-messages.ts";
import { topicsOf } from "./topics.ts";

/** JSON as the document is written. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Readonly<Record<string, Json>>;

const seq = Type.Integer({ minimum: 1, description: "number in the epoch, without a hole" });
const epoch = Type.String({ description: "random; new whenever the store is created or rebuilt" });

const replySchema = Type.Object(
  {
    id: Type.String({ description: "of the command" }),
    command: Type.String(),
    ErrNo: Type.Integer({ description: "0 = accepted, and on disk" }),
    ErrMsg: Type.String({ description: "names the field at fault" }),
    seq: Type.Optional(seq),
    epoch: Type.Optional(epoch),
    sealed: Type.Optional(
      Type.String({ description: "JWE of the result's fields, if they contain codes" }),
    ),
  },
  {
    additionalProperties: true,
    description: "also has the fields of the command's result; a reply `busy` has no seq",
  },
);

const eventSchema = Type.Object(
  {
    event: Type.Enum([...eventNames]),
    time: Type.Integer({ description: "Unix seconds, when it happened" }),
    uuid: Type.String({ description: "the lock, or the gateway itself" }),
    home_id: Type.Union([Type.String(), Type.Null()]),
    room_id: Type.Optional(Type.String()),
    nickname: Type.String(),
    detail: Type.Optional(Type.Object({}, { additionalProperties: true })),
    sealed: Type.Optional(Type.String({ description: "JWE of {detail}, if it contains codes" })),
    id: Type.String({
      description: "of the record; it stays the same if the record moves to another seq",
    }),
    seq,
    epoch,
    clock: Type.Enum(["synced", "holding", "lost"]),
  },
  { description: "open platform API V1.6, section 9, and latchd's own" },
);

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
      description: "Cloud synchronisation of a Zigbee lock gateway. The prose is in docs/mqtt.md.",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    channels: {
      command: channel(command, commandMessages()),
      sync: channel(sync, messagesOf(syncSchemas)),
      reply: channel(reply, messagesOf({ reply: replySchema })),
      event: channel(event, messagesOf({ event: eventSchema })),
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
    };
  }
  return messages;
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

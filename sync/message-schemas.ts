import { type TSchema, Type } from "typebox";
import type { Json, JsonObject } from "../daemon/base/json.ts";
import { schemaInfo } from "../daemon/base/schema-info.ts";
import { callExamples } from "../daemon/commands/examples/call-examples.ts";
import { commands } from "../daemon/commands/table.ts";
import { type EventName, eventNames } from "../daemon/core/model/journal.ts";
import { eventCatalog } from "../daemon/events/catalog/event-catalog.ts";
import { eventExamples } from "../daemon/events/catalog/event-examples.ts";
import { envelopeFields } from "./up/encoding/wire-record.ts";

const seq = Type.Integer({ minimum: 1, description: "number in the epoch, without a hole" });
const epoch = Type.String({ description: "random; new whenever the store is created or rebuilt" });

/** One message of a channel: its sentence, its schema and an example. */
export interface MessageInfo {
  readonly name: string;
  readonly summary: string;
  readonly payload: TSchema;
  readonly example: JsonObject;
}

/** Returns the message of every event. */
export function eventMessages(): readonly MessageInfo[] {
  return eventNames.map((name) => ({
    name,
    summary: eventCatalog[name].summary,
    payload: eventSchema(name),
    example: JSON.parse(eventExamples[name]),
  }));
}

/** Returns the message of the reply to every command. */
export function replyMessages(): readonly MessageInfo[] {
  return commands.map(({ name, summary, output }) => ({
    name,
    summary: `The reply to ${name}. ${summary}`,
    payload: replySchema(name, output),
    example: replyExampleOf(name),
  }));
}

/** Returns what the cloud gets as the reply to this command. */
export function replyExampleOf(command: string): JsonObject {
  const { reply = "{}", refusal } = callExamples[command] ?? {};
  const { ErrNo = 0, ErrMsg = "", ...result }: JsonObject = JSON.parse(refusal ?? reply);
  const fields = Object.entries(result).map(([name, value]): [string, Json] => [
    wireName(name),
    value,
  ]);
  const envelope = { id: "3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9", command, ErrNo, ErrMsg };
  return { ...envelope, ...Object.fromEntries(fields), seq: 1042, epoch: "hT3vQm8WcJ0" };
}

function wireName(field: string): string {
  return envelopeFields.has(field) ? `result_${field}` : field;
}

function eventSchema(name: EventName): TSchema {
  const { summary, detail } = eventCatalog[name];
  const needsDetail = detail !== null && (detail.required ?? []).length > 0;
  return Type.Object(
    {
      event: Type.Literal(name),
      time: Type.Integer({ description: "Unix seconds, when it happened" }),
      uuid: Type.String({ description: "the lock, or the gateway itself" }),
      home_id: Type.Union([Type.String(), Type.Null()]),
      room_id: Type.Optional(Type.String()),
      nickname: Type.String({ description: "the lock's or the gateway's name" }),
      ...(detail === null ? {} : { detail: Type.Optional(detail) }),
      ...(needsDetail
        ? {
            sealed: Type.Optional(Type.String({ description: "JWE of {detail}, if it has codes" })),
          }
        : {}),
      id: Type.String({
        description: "of the record; it stays the same if the record moves to another seq",
      }),
      seq,
      epoch,
      clock: Type.Enum(["synced", "holding", "lost"]),
    },
    { description: summary },
  );
}

function replySchema(command: string, output: TSchema): TSchema {
  const result = [...schemaInfo(output).properties].map(
    ([name, schema]) => [wireName(name), Type.Optional(schema)] as const,
  );
  return Type.Object(
    {
      id: Type.String({ description: "of the command" }),
      command: Type.Literal(command),
      ErrNo: Type.Integer({ description: "0 = accepted, and on disk" }),
      ErrMsg: Type.String({ description: "names the field at fault" }),
      ...Object.fromEntries(result),
      seq: Type.Optional(seq),
      epoch: Type.Optional(epoch),
      sealed: Type.Optional(
        Type.String({ description: "JWE of the result's fields, if they contain codes" }),
      ),
      page: Type.Optional(
        Type.Object(
          { number: Type.Integer(), count: Type.Integer(), list: Type.String() },
          { description: "a part of a long reply: docs/mqtt.md" },
        ),
      ),
    },
    {
      description: "a refusal, and a reply `busy`, have no fields of the result",
      ...("additionalProperties" in output ? { additionalProperties: true } : {}),
    },
  );
}

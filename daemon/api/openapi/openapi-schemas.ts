import type { TSchema } from "typebox";
import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { schemaInfo } from "../../base/schema-info.ts";
import { actionRefusal, callRefusal, everyError } from "./openapi-errors.ts";

/** Returns a schema as JSON Schema in the form that generators of clients know best. */
export function plain(schema: TSchema): Json {
  const json: Json = JSON.parse(JSON.stringify(schema));
  return simplified(json);
}

/** Turns a union of literals into an `enum`, and a map of any names into `additionalProperties`. */
function simplified(value: Json): Json {
  if (isJsonList(value)) return value.map(simplified);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, simplified(inner)] as const);
  const schema: JsonObject = Object.fromEntries(entries);
  return withMap(withEnum(schema));
}

function withEnum(schema: JsonObject): JsonObject {
  const { anyOf, ...rest } = schema;
  if (anyOf === undefined || !isJsonList(anyOf)) return schema;
  const constants = anyOf.map((member) => (isJsonObject(member) ? member["const"] : undefined));
  const types = new Set(constants.map((constant) => typeof constant));
  if (types.size !== 1 || types.has("undefined") || types.has("object")) return schema;
  const type = types.has("number") ? "integer" : types.has("string") ? "string" : "boolean";
  return { type, enum: constants.filter((constant) => constant !== undefined), ...rest };
}

function withMap(schema: JsonObject): JsonObject {
  const { patternProperties, ...rest } = schema;
  if (patternProperties === undefined || !isJsonObject(patternProperties)) return schema;
  const [inner, ...others] = Object.values(patternProperties);
  return inner === undefined || others.length > 0
    ? schema
    : { ...rest, additionalProperties: inner };
}

/** Returns the schema of an object with these fields and no others. */
export function bodySchema(
  properties: readonly (readonly [string, Json])[],
  required: readonly string[],
): JsonObject {
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** Returns the schema of a call's answer in the envelope of V1.6. */
export function replySchema(output: TSchema): JsonObject {
  const { properties, required } = schemaInfo(output);
  return {
    type: "object",
    properties: {
      ErrNo: { type: "integer", const: 0 },
      ErrMsg: { type: "string", const: "" },
      ...Object.fromEntries([...properties].map(([name, inner]) => [name, plain(inner)])),
    },
    required: ["ErrNo", "ErrMsg", ...required],
    ...("additionalProperties" in output ? { additionalProperties: true } : {}),
  };
}

/** `components.schemas` that several operations share. */
export const sharedSchemas: JsonObject = {
  [callRefusal.component]: callRefusal.schema(everyError),
  [actionRefusal.component]: actionRefusal.schema(everyError),
  PartHealth: {
    type: "object",
    properties: {
      state: { type: "string", enum: ["ok", "degraded", "down"] },
      reason: { type: "string", description: "one sentence; empty when all is well" },
    },
    required: ["state", "reason"],
  },
};

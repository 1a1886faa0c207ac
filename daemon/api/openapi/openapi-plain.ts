import type { JsonObject } from "../../base/json.ts";
import type { ErrorCode } from "../../core/model/errors.ts";
import { healthParts, optionalHealthParts } from "../../core/model/gateway/health.ts";
import type { StatusPolicy } from "../ports.ts";
import { answers, callRefusal, ofAnyCaller, refusals } from "./openapi-errors.ts";
import { bodySchema } from "./openapi-schemas.ts";

/* The operations that are no command. */

/** Errors of `access_token`: a wrong pair, too many wrong pairs, or a fault of the gateway itself. */
const accessTokenErrors: readonly ErrorCode[] = [
  "tokenInvalid",
  "badParameters",
  "store",
  "internal",
  "busy",
];
/** Returns the errors of the operations here, for the components that they refer to. */
export function plainErrors(policy: StatusPolicy): readonly (readonly ErrorCode[])[] {
  return policy === "http" ? [accessTokenErrors, ofAnyCaller] : [ofAnyCaller];
}

/** `POST /openapi/v1/access_token`. */
export function accessToken(policy: StatusPolicy): JsonObject {
  return {
    operationId: "access_token",
    summary: "A token for a client: 15 minutes.",
    description: "For: anyone with a client's id and secret. Wrong ones are slowed down (16002).",
    tags: ["calls"],
    security: [],
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: bodySchema(
            [
              ["client_id", { type: "string", minLength: 1, maxLength: 64 }],
              ["client_secret", { type: "string", minLength: 1, maxLength: 256 }],
            ],
            ["client_id", "client_secret"],
          ),
          example: { client_id: "front-desk", client_secret: "sK1v…shown-once…9QxZ" },
        },
      },
    },
    responses: answers(policy, { schema: tokenReply, example: tokenExample }, accessTokenErrors),
  };
}

const tokenReply: JsonObject = {
  type: "object",
  properties: {
    ErrNo: { type: "integer", const: 0 },
    ErrMsg: { type: "string", const: "" },
    access_token: { type: "string" },
    expires_time: { type: "integer", description: "Unix seconds" },
  },
  required: ["ErrNo", "ErrMsg", "access_token", "expires_time"],
};

const tokenExample: JsonObject = {
  ErrNo: 0,
  ErrMsg: "",
  access_token: "tQ5p…15-minutes…7VbN",
  expires_time: 1_796_112_900,
};

const part: JsonObject = { $ref: "#/components/schemas/PartHealth" };

const health: JsonObject = {
  operationId: "health",
  summary: "How each part is, with reasons.",
  description: "For: anyone; without a token the states only.",
  tags: ["gateway"],
  security: [],
  responses: {
    "200": {
      description: "the parts, and the worst of them",
      content: {
        "application/json": {
          schema: {
            type: "object",
            properties: {
              ErrNo: { type: "integer", const: 0 },
              ErrMsg: { type: "string", const: "" },
              state: { type: "string", enum: ["ok", "degraded", "down"] },
              parts: {
                type: "object",
                properties: Object.fromEntries(
                  [...healthParts, ...optionalHealthParts].map((name) => [name, part]),
                ),
                required: healthParts,
              },
            },
            required: ["ErrNo", "ErrMsg", "state", "parts"],
          },
          example: {
            ErrNo: 0,
            ErrMsg: "",
            state: "ok",
            parts: Object.fromEntries(
              healthParts.map((name) => [name, { state: "ok", reason: "" }]),
            ),
          },
        },
      },
    },
    ...refusals(callRefusal, []),
  },
};

/** A GET without parameters. */
function plainGet(id: string, summary: string, mediaType: string): JsonObject {
  const schema: JsonObject =
    mediaType === "application/json"
      ? { type: "object", additionalProperties: true }
      : { type: "string" };
  return {
    operationId: id,
    summary,
    description: "For: technician, installer, steward, manager.",
    tags: ["gateway"],
    responses: {
      "200": { description: "as asked", content: { [mediaType]: { schema } } },
      ...refusals(callRefusal, ofAnyCaller),
    },
  };
}

/** By path; each is a GET. */
export const plainPaths: Readonly<Record<string, JsonObject>> = {
  "/api/health": health,
  "/api/events": plainGet(
    "events",
    "Events as they happen; with Last-Event-ID first those after that one.",
    "text/event-stream",
  ),
  "/api/pairing/events": plainGet(
    "pairing_events",
    "The steps of a pairing as they happen; with Last-Event-ID first those after that one.",
    "text/event-stream",
  ),
  "/api/network/map.svg": plainGet("network_map", "The network as a picture.", "image/svg+xml"),
  "/metrics": plainGet("metrics", "Numbers for Prometheus.", "text/plain"),
  "/openapi.json": plainGet("description", "This description.", "application/json"),
  "/docs": plainGet("docs", "The same for people.", "text/html"),
};

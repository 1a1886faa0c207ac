import type { TSchema } from "typebox";
import type { Command } from "../commands/command.ts";
import { schemaWords } from "../commands/schema-words.ts";
import type { Json, JsonObject } from "../core/journal.ts";
import { resources } from "./resources.ts";

/**
 * The description of the API (OpenAPI 3.1), made from the table of commands: what it says is what
 * the daemon checks.
 */
export function openApiDocument(commands: readonly Command[], version: string): JsonObject {
  const byName = new Map(commands.map((command) => [command.name, command]));
  const paths = new Map<string, Record<string, JsonObject>>();
  const add = (path: string, method: string, operation: JsonObject) => {
    const there = paths.get(path) ?? {};
    there[method] = operation;
    paths.set(path, there);
  };
  add("/openapi/v1/access_token", "post", accessToken);
  for (const command of commands) {
    const path = `/openapi/v1/${command.name}`;
    add(path, "post", operationOf(command, { id: command.name, isQuery: false, inPath: [] }));
    if (command.isReadOnly || command.isServedByGet === true) {
      const id = `get_${command.name}`.replace("get_get_", "read_");
      add(path, "get", operationOf(command, { id, isQuery: true, inPath: [] }));
    }
  }
  for (const { method, path, command: name, fixed } of resources) {
    const command = byName.get(name);
    if (command === undefined) continue;
    const inPath = [...path.matchAll(/:([a-z_]+)/g)].map((match) => match[1] ?? "");
    const id = `${method.toLowerCase()}${path.replaceAll(/[/:-]+/g, "_")}`;
    const hidden = (fixed ?? []).map(([field]) => field);
    const how = { id, isQuery: method === "GET", inPath, hidden };
    add(path.replaceAll(/:([a-z_]+)/g, "{$1}"), method.toLowerCase(), operationOf(command, how));
  }
  for (const [path, operation] of Object.entries(plainPaths)) add(path, "get", operation);
  return {
    openapi: "3.1.0",
    info: {
      title: "latchd",
      version,
      summary: "Local API of a Zigbee lock gateway",
      description:
        "Each answer has ErrNo (0 = success) and ErrMsg. Times are Unix seconds unless a field says ms.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    tags: [
      { name: "calls", description: "the open platform API V1.6 and latchd's own calls" },
      { name: "resources", description: "the same commands as resources" },
      { name: "gateway", description: "health, events, metrics" },
    ],
    paths: Object.fromEntries([...paths].sort(([left], [right]) => (left < right ? -1 : 1))),
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "from access_token, 15 minutes" },
      },
      schemas: { Refusal: refusal },
    },
  };
}

interface How {
  readonly id: string;
  readonly isQuery: boolean;
  /** Fields that the path holds. */
  readonly inPath: readonly string[];
  /** Fields that the path stands for without naming them. */
  readonly hidden?: readonly string[];
}

function operationOf(command: Command, how: How): JsonObject {
  const input = schemaWords(command.input);
  const left = new Set([...how.inPath, ...(how.hidden ?? [])]);
  const rest = [...input.properties].filter(([name]) => !left.has(name));
  const inPath = how.inPath.flatMap((name) => {
    const schema = input.properties.get(name);
    return schema === undefined ? [] : [parameter("path", name, schema, true)];
  });
  const queried = how.isQuery
    ? rest.map(([name, schema]) => parameter("query", name, schema, input.required.has(name)))
    : [];
  const parameters = [...inPath, ...queried];
  const required = rest.map(([name]) => name).filter((name) => input.required.has(name));
  const body: JsonObject = {
    type: "object",
    properties: Object.fromEntries(rest.map(([name, schema]) => [name, plain(schema)])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
  return {
    operationId: how.id,
    summary: command.summary,
    description: `For: ${whoMay(command)}.`,
    tags: [how.inPath.length > 0 || how.id.includes("_api_") ? "resources" : "calls"],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(how.isQuery || rest.length === 0
      ? {}
      : {
          requestBody: {
            required: required.length > 0,
            content: { "application/json": { schema: body } },
          },
        }),
    responses: {
      "200": {
        description: "done, or accepted and on disk",
        content: { "application/json": { schema: replySchema(command.output) } },
      },
      default: refused,
    },
  };
}

/** Who may call a command, in words. */
export function whoMay({ access }: Pick<Command, "access">): string {
  switch (access) {
    case "open":
      return "anyone";
    case "technician":
      return "technician, installer, steward, manager";
    case "installer":
      return "installer, manager";
    case "steward":
      return "steward, manager";
    case "visit":
      return "installer, steward, manager";
    case "manager":
      return "manager";
  }
}

function parameter(place: string, name: string, schema: TSchema, required: boolean): JsonObject {
  const { type, description } = schemaWords(schema);
  const about = {
    name,
    in: place,
    required,
    ...(description === undefined ? {} : { description }),
  };
  return type === "object"
    ? { ...about, content: { "application/json": { schema: plain(schema) } } }
    : { ...about, schema: plain(schema) };
}

function replySchema(output: TSchema): JsonObject {
  const words = schemaWords(output);
  return {
    type: "object",
    properties: {
      ErrNo: { type: "integer", const: 0 },
      ErrMsg: { type: "string" },
      ...Object.fromEntries([...words.properties].map(([name, inner]) => [name, plain(inner)])),
    },
    required: ["ErrNo", "ErrMsg", ...words.required],
  };
}

/** A schema as the JSON Schema that it is. */
function plain(schema: TSchema): Json {
  const json: Json = JSON.parse(JSON.stringify(schema));
  return json;
}

const refusal: JsonObject = {
  type: "object",
  properties: {
    ErrNo: { type: "integer", description: "see the table of errors" },
    ErrMsg: { type: "string", description: "names the field at fault" },
  },
  required: ["ErrNo", "ErrMsg"],
};

const refused: JsonObject = {
  description: "refused; nothing has changed",
  content: { "application/json": { schema: { $ref: "#/components/schemas/Refusal" } } },
};

const accessToken: JsonObject = {
  operationId: "access_token",
  summary: "A token for a client: 15 minutes.",
  tags: ["calls"],
  security: [],
  requestBody: {
    required: true,
    content: {
      "application/json": {
        schema: {
          type: "object",
          properties: { client_id: { type: "string" }, client_secret: { type: "string" } },
          required: ["client_id", "client_secret"],
          additionalProperties: false,
        },
      },
    },
  },
  responses: {
    "200": {
      description: "the token",
      content: {
        "application/json": {
          schema: {
            type: "object",
            properties: {
              ErrNo: { type: "integer", const: 0 },
              ErrMsg: { type: "string" },
              access_token: { type: "string" },
              expires_time: { type: "integer", description: "Unix seconds" },
            },
            required: ["ErrNo", "ErrMsg", "access_token", "expires_time"],
          },
        },
      },
    },
    default: refused,
  },
};

/** A GET without parameters. */
function plainGet(id: string, summary: string, mediaType: string, isOpen = false): JsonObject {
  const schema: JsonObject =
    mediaType === "application/json" ? { type: "object" } : { type: "string" };
  return {
    operationId: id,
    summary,
    tags: ["gateway"],
    ...(isOpen ? { security: [] } : {}),
    responses: {
      "200": { description: "as asked", content: { [mediaType]: { schema } } },
      default: refused,
    },
  };
}

const plainPaths: Readonly<Record<string, JsonObject>> = {
  "/api/health": plainGet("health", "How each part is, with reasons.", "application/json", true),
  "/api/events": plainGet("events", "Events as they happen.", "text/event-stream"),
  "/api/pairing/events": plainGet(
    "pairing_events",
    "The steps of a pairing as they happen.",
    "text/event-stream",
  ),
  "/api/network/map.svg": plainGet("network_map", "The network as a picture.", "image/svg+xml"),
  "/metrics": plainGet("metrics", "Numbers for Prometheus.", "text/plain"),
  "/openapi.json": plainGet("description", "This description.", "application/json", true),
  "/docs": plainGet("docs", "The same for people.", "text/html", true),
};

import type { TSchema } from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { schemaInfo } from "../../base/schema-info.ts";
import type { Command } from "../../commands/command.ts";
import type { ErrorCode } from "../../core/model/errors.ts";
import type { StatusPolicy } from "../ports.ts";
import { type Resource, resourcesOf } from "../routes/resources.ts";
import { whoMay } from "../scopes.ts";
import { actionSchemas, actionsOperation } from "./openapi-actions.ts";
import {
  actionRefusal,
  allErrorsOf,
  answers,
  callRefusal,
  errorSentence,
  refusalResponses,
} from "./openapi-errors.ts";
import { replyExample, requestExample } from "./openapi-examples.ts";
import { accessToken, plainErrors, plainPaths } from "./openapi-plain.ts";
import { bodySchema, plain, replySchema, sharedSchemas } from "./openapi-schemas.ts";

/** What the description is made from. */
export interface Described {
  readonly commands: readonly Command[];
  /** The actions of `POST /api.json`. */
  readonly actions: readonly Command[];
  readonly version: string;
  /** HTTP status of the calls. */
  readonly v16Status: StatusPolicy;
}

/**
 * Returns the description of the API (OpenAPI 3.1), made from the tables of commands and actions, so that it
 * says what the daemon checks.
 */
export function openApiDocument(described: Described): JsonObject {
  const { actions, version } = described;
  return {
    openapi: "3.1.0",
    info: {
      title: "latchd",
      version,
      summary: "Local API of a Zigbee lock gateway",
      description:
        "Each answer has ErrNo (0 = success) and ErrMsg. Times are Unix seconds unless a field says ms. " +
        "On the unix socket nothing needs a token.",
      contact: { name: "The maintainers of latchd" },
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    tags: [
      { name: "calls", description: "the open platform API V1.6 and latchd's own calls" },
      { name: "resources", description: "the same commands as resources" },
      { name: "actions", description: "the Zigbee lock actions" },
      { name: "gateway", description: "health, events, metrics" },
    ],
    paths: pathsOf(described),
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "from access_token, 15 minutes" },
      },
      schemas: { ...sharedSchemas, ...actionSchemas(actions) },
      responses: {
        ...refusalResponses(callRefusal, errorGroups(described)),
        ...refusalResponses(actionRefusal, [actions.flatMap(allErrorsOf)]),
      },
    },
  };
}

/** Returns the errors of every operation that has them by their HTTP status. */
function errorGroups({ commands, v16Status }: Described): readonly (readonly ErrorCode[])[] {
  const asResources = new Set(resourcesOf(commands).map(({ command }) => command));
  const shown = commands.filter(({ name }) => v16Status === "http" || asResources.has(name));
  return [...plainErrors(v16Status), ...shown.map(allErrorsOf)];
}

function pathsOf({ commands, actions, v16Status }: Described): JsonObject {
  const paths = new Map<string, Record<string, JsonObject>>();
  const add = (path: string, method: string, operation: JsonObject) => {
    paths.set(path, { ...paths.get(path), [method]: operation });
  };
  add("/openapi/v1/access_token", "post", accessToken(v16Status));
  for (const command of commands) {
    const path = `/openapi/v1/${command.name}`;
    const how = { tag: "calls", inPath: [], hidden: new Set<string>(), policy: v16Status };
    add(path, "post", operationOf(command, { ...how, id: command.name, fieldsIn: "body" }));
    if (command.isReadOnly || command.isServedByGet === true) {
      const id = `get_${command.name}`.replace("get_get_", "read_");
      add(path, "get", operationOf(command, { ...how, id, fieldsIn: "query" }));
    }
  }
  const byName = new Map(commands.map((command) => [command.name, command]));
  for (const resource of resourcesOf(commands)) {
    const command = byName.get(resource.command);
    if (command === undefined) continue;
    const { method, path } = resource;
    const operation = operationOf(command, resourceStyle(resource));
    add(path.replaceAll(/:([a-z_]+)/g, "{$1}"), method.toLowerCase(), operation);
  }
  add("/api.json", "post", actionsOperation(actions));
  for (const [path, operation] of Object.entries(plainPaths)) add(path, "get", operation);
  return Object.fromEntries([...paths].sort(([left], [right]) => (left < right ? -1 : 1)));
}

interface How {
  readonly policy: StatusPolicy;
  readonly id: string;
  readonly tag: string;
  /** Where the fields are that the path does not have; not every client can send the body of a DELETE. */
  readonly fieldsIn: "query" | "body" | "nowhere";
  /** Fields in the path. */
  readonly inPath: readonly string[];
  /** Fields that the path fixes without naming them, or that say the same as its fields. */
  readonly hidden: ReadonlySet<string>;
}

function resourceStyle({ method, path, fixed = [] }: Resource): How {
  const inPath = [...path.matchAll(/:([a-z_]+)/g)].map((match) => match[1] ?? "");
  return {
    id: `${method.toLowerCase()}${path.replaceAll(/[/:-]+/g, "_")}`,
    tag: "resources",
    policy: "http",
    fieldsIn: method === "GET" ? "query" : method === "DELETE" ? "nowhere" : "body",
    inPath,
    hidden: new Set([
      ...fixed.map(([field]) => field),
      ...(inPath.includes("uuid") ? ["home_id", "room_id"] : []),
    ]),
  };
}

function operationOf(command: Command, how: How): JsonObject {
  const input = schemaInfo(command.input);
  const rest = [...input.properties].filter(
    ([name]) => !how.hidden.has(name) && !how.inPath.includes(name),
  );
  const required = rest.map(([name]) => name).filter((name) => input.required.has(name));
  const inPath = how.inPath.flatMap((name) => {
    const schema = input.properties.get(name);
    return schema === undefined ? [] : [parameter("path", name, schema, true)];
  });
  const queried = rest.map(([name, schema]) =>
    parameter("query", name, schema, input.required.has(name)),
  );
  const parameters = how.fieldsIn === "query" ? [...inPath, ...queried] : inPath;
  const needsToken = command.access !== "open";
  return {
    operationId: how.id,
    summary: command.summary,
    description: `For: ${whoMay(command)}. ${errorSentence(command)}`,
    tags: [how.tag],
    ...(needsToken ? {} : { security: [] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(how.fieldsIn === "body" && rest.length > 0
      ? { requestBody: requestBody(rest, required, command.name) }
      : {}),
    responses: answers(
      how.policy,
      { schema: replySchema(command.output), ...replyExample(command.name) },
      allErrorsOf(command),
    ),
  };
}

function requestBody(
  fields: readonly (readonly [string, TSchema])[],
  required: readonly string[],
  command: string,
): JsonObject {
  const properties = fields.map(([name, schema]) => [name, plain(schema)] as const);
  const names = fields.map(([name]) => name);
  const example = requestExample(command, names);
  return {
    required: required.length > 0,
    content: { "application/json": { schema: bodySchema(properties, required), example } },
  };
}

function parameter(location: string, name: string, schema: TSchema, required: boolean): JsonObject {
  const { type, description } = schemaInfo(schema);
  const about = {
    name,
    in: location,
    required,
    ...(description === undefined ? {} : { description }),
  };
  return type === "object"
    ? { ...about, content: { "application/json": { schema: plain(schema) } } }
    : { ...about, schema: plain(schema) };
}

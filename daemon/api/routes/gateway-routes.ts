import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../../commands/caller.ts";
import { mayTouch } from "../../commands/work/may-touch.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { noteKnownCaller } from "../listener/known-callers.ts";
import type { Described } from "../openapi/openapi.ts";
import type { CredentialStore, MetricSource } from "../ports.ts";
import type { SessionRoute } from "../session/session-route.ts";
import { type CommandRoute, wrongMethod } from "./command-route.ts";
import { type Credential, credentialOf } from "./credentials.ts";
import type { EventStreams } from "./event-stream.ts";
import { type Resource, resourcesOf } from "./resources.ts";

/** What serves the gateway's own resources. */
export interface GatewayRouteParts {
  readonly route: CommandRoute;
  readonly session: SessionRoute;
  readonly events: EventStreams;
  readonly pairing: EventStreams;
  readonly metrics: MetricSource;
  readonly view: CredentialStore["view"];
  readonly described: Described;
}

/** Methods that get 405 where they are not served; any other gets 404. */
export const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"];

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Adds `/api/…`, `/metrics`, `/openapi.json` and its page. The code of rare requests is loaded by them. */
export function addGatewayRoutes(server: FastifyInstance, parts: GatewayRouteParts): void {
  const { route, described } = parts;
  const resources = resourcesOf(described.commands);
  for (const url of new Set(resources.map(({ path }) => path))) {
    const members = resources.filter(({ path }) => path === url);
    server.route({ method: methods, url, handler: resourceHandler(route, members) });
  }
  server.route({
    method: methods,
    url: "/api/session",
    handler: async (request, reply) => await parts.session.serve(request, reply),
  });
  get(server, "/api/events", watchHandler(route, parts.events));
  get(server, "/api/pairing/events", watchHandler(route, parts.pairing));
  get(server, "/api/network/map.svg", async (request, reply) => {
    const answer = await route.serveAt(request, reply, "get_network", [["links", "1"]]);
    if (answer["ErrNo"] !== 0) return answer;
    const { networkMap } = await import("./network-map.ts");
    return reply.type("image/svg+xml; charset=utf-8").send(networkMap(answer));
  });
  get(server, "/metrics", async (request, reply) => {
    const caller = route.caller(credentialOf(request), "technician", "/metrics");
    noteKnownCaller(request.raw);
    const samples = parts.metrics.samples().filter(({ labels: { lock } }) => {
      return lock === undefined || mayTouch(caller, parts.view, lock);
    });
    const { metricsText } = await import("./metrics.ts");
    const { contentType, text } = await metricsText(samples);
    return reply.type(contentType).send(text);
  });
  get(server, "/openapi.json", async (request) => {
    route.caller(credentialOf(request), "technician", "/openapi.json");
    noteKnownCaller(request.raw);
    const { openApiDocument } = await import("../openapi/openapi.ts");
    return openApiDocument(described);
  });
  get(server, "/docs", async (request, reply) => {
    route.caller(credentialOf(request), "technician", "/docs");
    noteKnownCaller(request.raw);
    const { sendReference } = await import("../reference/reference-reply.ts");
    return sendReference(request, reply, described);
  });
}

function get(server: FastifyInstance, url: string, handle: Handler): void {
  server.route({
    method: methods,
    url,
    handler: async (request, reply) =>
      request.method === "GET" ? await handle(request, reply) : wrongMethod(reply, ["GET"]),
  });
}

function resourceHandler(route: CommandRoute, members: readonly Resource[]): Handler {
  const byMethod = new Map<string, Resource>(members.map((entry) => [entry.method, entry]));
  return async (request, reply) => {
    const resource = byMethod.get(request.method);
    if (resource === undefined) return wrongMethod(reply, [...byMethod.keys()]);
    const fields = [...pathFields(request), ...(resource.fixed ?? [])];
    return await route.serveAt(request, reply, resource.command, fields);
  };
}

function pathFields({ params }: FastifyRequest): readonly (readonly [string, string])[] {
  if (typeof params !== "object" || params === null) return [];
  return Object.entries(params).map(([name, value]) => [name, String(value)] as const);
}

function watchHandler(route: CommandRoute, streams: EventStreams): Handler {
  return async (request, reply) => {
    const credential = credentialOf(request);
    const caller = route.caller(credential, "technician", "events");
    noteKnownCaller(request.raw);
    const callerNow = () => callerOf(route, credential);
    streams.start(reply, caller, { caller: callerNow, lastEventId: lastEventOf(request) });
    return reply;
  };
}

/** Returns the id of the last event that a watcher had before it lost its stream. */
function lastEventOf({ headers }: FastifyRequest): string | undefined {
  const id = headers["last-event-id"];
  return typeof id === "string" && id !== "" ? id : undefined;
}

/**
 * Returns who still watches. An open stream is no use of a session: it ends with the session of a browser that is left
 * alone.
 */
function callerOf(route: CommandRoute, credential: Credential): Caller | null {
  try {
    const looked = credential.kind === "session" ? { ...credential, isUse: false } : credential;
    return route.caller(looked, "technician", "events");
  } catch (error) {
    if (error instanceof GatewayError) return null;
    throw error;
  }
}

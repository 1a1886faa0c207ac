import type { Server } from "node:http";
import {
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyRequest,
  fastify,
} from "fastify";
import type { Logger } from "pino";
import type { JsonObject } from "../base/json.ts";
import {
  type HealthSource,
  type HealthState,
  healthParts,
  optionalHealthParts,
} from "../core/model/gateway/health.ts";
import { httpLimits } from "./listener/listener.ts";
import { type OriginCheck, securityHeaders } from "./listener/origin-check.ts";
import { addAuthorityFile } from "./page/authority-file.ts";
import type { PageFiles } from "./page/page-files.ts";
import type { ActionRoute } from "./routes/action-route.ts";
import { wrongMethod } from "./routes/command-route.ts";
import { credentialOf, noteThroughProxy } from "./routes/credentials.ts";
import { addGatewayRoutes, type GatewayRouteParts, methods } from "./routes/gateway-routes.ts";
import { parseJsonBody } from "./routes/json-body.ts";
import { httpRefusal, refusalBody, refuse, refuseUnrouted } from "./routes/refusals.ts";

const serverOptions: FastifyHttpOptions<Server> = {
  logger: false,
  bodyLimit: httpLimits.maxBodyBytes,
  routerOptions: { querystringParser: () => ({}), maxParamLength: 64 },
  exposeHeadRoutes: false,
  frameworkErrors: (_error, _request, reply) => {
    refuseUnrouted(reply.raw);
  },
  // The commands check their parameters. With this Fastify loads neither ajv nor a serializer.
  schemaController: {
    compilersFactory: {
      buildValidator: refuseSchema,
      buildSerializer: refuseSchema,
    },
  },
};

function refuseSchema(): never {
  throw new Error("no route has a schema of its own");
}

export interface ServerParts extends GatewayRouteParts {
  readonly actions: ActionRoute;
  readonly health: HealthSource;
  /** Null on the unix socket. */
  readonly page: {
    readonly files: PageFiles;
    /** PEM of the gateway's own authority; null = it has none. */
    authority(): string | null;
  } | null;
  /** Null on the unix socket: no browser reaches it. */
  readonly originCheck: OriginCheck | null;
  readonly log: Logger;
}

/** Builds the server for the requests of one listener, which calls its `routing`. It never listens itself. */
export async function buildServer(parts: ServerParts): Promise<FastifyInstance> {
  const server = fastify(serverOptions);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    "application/json",
    { parseAs: "string" },
    async (_request: FastifyRequest, text: string) => (text === "" ? {} : parseJsonBody(text)),
  );
  server.setErrorHandler((error, request, reply) => {
    refuse(parts.log, error, { request, reply });
  });
  server.setNotFoundHandler((_request, reply) => {
    reply.code(404).send(httpRefusal(404));
  });
  addHooks(server, parts);
  addRoutes(server, parts);
  await server.ready();
  return server;
}

/** Headers that two programs could read differently if they came twice. */
const singular: ReadonlySet<string> = new Set(["host", "authorization", "content-type", "origin"]);

function hasRepeated(rawHeaders: readonly string[]): boolean {
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  const found = names.filter((name) => singular.has(name));
  return new Set(found).size < found.length;
}

function addHooks(server: FastifyInstance, parts: ServerParts): void {
  server.addHook("onRequest", async (request, reply) => {
    reply.headers(securityHeaders);
    if (request.url.length > httpLimits.maxUrlLength) {
      return reply.code(414).send(httpRefusal(414));
    }
    if (hasRepeated(request.raw.rawHeaders)) {
      return reply.code(400).header("connection", "close").send(httpRefusal(400));
    }
    if (parts.originCheck?.isPublic(request.headers) === true) noteThroughProxy(request);
    switch (parts.originCheck?.check(request.method, request.headers) ?? "ours") {
      case "ours":
        return;
      case "foreignHost":
        return reply.code(421).send(httpRefusal(421));
      case "foreignOrigin":
        return reply
          .code(403)
          .send(refusalBody("permissionDenied", "this page is of another origin"));
    }
  });
  server.addHook("onResponse", async (request, reply) => {
    // The route's pattern, never the URL: a query may carry a token.
    parts.log.debug(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        elapsedMs: Math.round(reply.elapsedTime),
      },
      "request served",
    );
  });
}

function addRoutes(server: FastifyInstance, parts: ServerParts): void {
  server.route({
    method: methods,
    url: "/api.json",
    handler: async (request, reply) => await parts.actions.serve(request, reply),
    errorHandler: (error, request, reply) => parts.actions.refuse(error, request, reply),
  });
  for (const prefix of ["/openapi/v1", "/v1"]) {
    server.route<{ Params: { name: string } }>({
      method: methods,
      url: `${prefix}/:name`,
      handler: async (request, reply) =>
        await parts.route.serve(request, reply, request.params.name),
      errorHandler: (error, request, reply) => {
        const policy = parts.described.v16Status;
        refuse(parts.log, error, { request, reply, policy });
      },
    });
  }
  server.route({
    method: methods,
    url: "/api/health",
    handler: async (request, reply) =>
      request.method === "GET"
        ? healthBody(parts.health, parts.route.isKnown(credentialOf(request)))
        : wrongMethod(reply, ["GET"]),
  });
  addGatewayRoutes(server, parts);
  if (parts.page !== null) {
    addAuthorityFile(server, methods, parts.page.authority);
    parts.page.files.addTo(server, methods);
  }
}

/**
 * `GET /api/health`: the parts, and the worst state. The reasons name the network and the broker, so that an
 * unknown caller gets the states only, which is what a watchdog needs.
 */
function healthBody(source: HealthSource, isDetailed: boolean): JsonObject {
  const report = source.health();
  const known = [...healthParts, ...optionalHealthParts].flatMap((name) => {
    const part = report[name];
    return part === undefined ? [] : [{ name, part }];
  });
  const states = new Set<HealthState>(known.map(({ part }) => part.state));
  const parts = Object.fromEntries(
    known.map(({ name, part: { state, reason } }) => [
      name,
      { state, reason: isDetailed ? reason : "" },
    ]),
  );
  const state = states.has("down") ? "down" : states.has("degraded") ? "degraded" : "ok";
  return { ErrNo: 0, ErrMsg: "", state, parts };
}

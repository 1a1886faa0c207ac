import {
  createServer,
  type ServerOptions as HttpServerOptions,
  type RequestListener,
  type Server,
} from "node:http";
import type { FastifyHttpOptions, FastifyInstance, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { GatewayError } from "../core/errors.ts";
import type { JsonObject } from "../core/journal.ts";
import type { Secret } from "../core/secret.ts";
import type { ActionRoute } from "./action-route.ts";
import { type BrowserGuard, guardHeaders } from "./browser-guard.ts";
import { wrongMethod } from "./command-route.ts";
import { addGatewayRoutes, type GatewayRouteParts, methods } from "./gateway-routes.ts";
import { parseJsonBody } from "./json-body.ts";
import { type HealthSource, type HealthState, healthParts } from "./ports.ts";
import { httpRefusal, refuse, refuseConnection, refuseUnrouted } from "./refusals.ts";

/** Limits of one listener. At each of them the request is refused and the connection closed. */
export const httpLimits = {
  maxBodyBytes: 64 * 1024,
  maxUrlLength: 2048,
  /** Request line and headers together. */
  maxHeaderBytes: 8 * 1024,
  maxHeaders: 64,
  /** Until the headers, and until the whole request, have come. */
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  keepAliveTimeoutMs: 5_000,
  /** Without a byte either way; events are told at least every 15 s. */
  idleTimeoutMs: 60_000,
  maxRequestsPerConnection: 1000,
  /** Further connections are closed at once. */
  maxConnections: 64,
} as const;

const serverOptions: FastifyHttpOptions<Server> = {
  logger: false,
  bodyLimit: httpLimits.maxBodyBytes,
  forceCloseConnections: true,
  routerOptions: { querystringParser: () => ({}), maxParamLength: 64 },
  exposeHeadRoutes: false,
  frameworkErrors: (_error, _request, reply) => {
    refuseUnrouted(reply.raw);
  },
  clientErrorHandler: refuseConnection,
  // Checks are the commands' own. With this, neither ajv nor a serializer is even loaded.
  schemaController: {
    compilersFactory: {
      buildValidator: refuseSchema,
      buildSerializer: refuseSchema,
    },
  },
};

const listenerOptions: HttpServerOptions = {
  maxHeaderSize: httpLimits.maxHeaderBytes,
  headersTimeout: httpLimits.headersTimeoutMs,
  requestTimeout: httpLimits.requestTimeoutMs,
  keepAliveTimeout: httpLimits.keepAliveTimeoutMs,
  connectionsCheckingInterval: 5000,
  insecureHTTPParser: false,
  requireHostHeader: true,
};

/** Plain HTTP on loopback and the unix socket; elsewhere TLS 1.2 and up with forward secrecy. */
async function createListener(handler: RequestListener, tls: Tls | null): Promise<Server> {
  const server =
    tls === null ? createServer(listenerOptions, handler) : await secured(handler, tls);
  server.setTimeout(httpLimits.idleTimeoutMs);
  server.maxRequestsPerSocket = httpLimits.maxRequestsPerConnection;
  server.maxHeadersCount = httpLimits.maxHeaders;
  server.maxConnections = httpLimits.maxConnections;
  return server;
}

async function secured(handler: RequestListener, tls: Tls): Promise<Server> {
  const https = await import("node:https");
  const options = {
    ...listenerOptions,
    cert: tls.cert,
    key: tls.key.reveal(),
    minVersion: "TLSv1.2",
    ciphers:
      "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM",
    handshakeTimeout: httpLimits.headersTimeoutMs,
  } as const;
  return https.createServer(options, handler);
}

function refuseSchema(): never {
  throw new Error("no route has a schema of its own");
}

/** Certificate chain (PEM) and its key. */
export interface Tls {
  readonly cert: string;
  readonly key: Secret;
}

export interface ServerParts extends GatewayRouteParts {
  readonly actions: ActionRoute;
  readonly health: HealthSource;
  /** Null on the unix socket: no browser reaches it. */
  readonly guard: BrowserGuard | null;
  /** Null = plain HTTP. */
  readonly tls: Tls | null;
  readonly log: Logger;
}

/** Builds one HTTP server; the caller makes it listen. Fastify is loaded when the first is built. */
export async function buildServer(parts: ServerParts): Promise<FastifyInstance> {
  const { fastify } = await import("fastify");
  let handle: RequestListener = () => undefined;
  const listener = await createListener((request, response) => {
    handle(request, response);
  }, parts.tls);
  const server = fastify({
    ...serverOptions,
    serverFactory: (handler) => {
      handle = handler;
      return listener;
    },
  });
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

function addHooks(server: FastifyInstance, parts: ServerParts): void {
  server.addHook("onRequest", async (request, reply) => {
    reply.headers(guardHeaders);
    if (request.url.length > httpLimits.maxUrlLength) {
      return reply.code(414).send(httpRefusal(414));
    }
    switch (parts.guard?.check(request.method, request.headers) ?? "ours") {
      case "ours":
        return;
      case "foreignHost":
        return reply.code(421).send(httpRefusal(421));
      case "foreignOrigin":
        throw new GatewayError("permissionDenied", "this page is of another origin");
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
    });
  }
  server.route({
    method: methods,
    url: "/api/health",
    handler: async (request, reply) =>
      request.method === "GET" ? healthBody(parts.health) : wrongMethod(reply, ["GET"]),
  });
  addGatewayRoutes(server, parts);
}

/** `GET /api/health`: the parts, and the worst of them. */
function healthBody(source: HealthSource): JsonObject {
  const report = source.health();
  const states = new Set<HealthState>(healthParts.map((part) => report[part].state));
  const parts = Object.fromEntries(
    healthParts.map((part) => [part, { state: report[part].state, reason: report[part].reason }]),
  );
  const state = states.has("down") ? "down" : states.has("degraded") ? "degraded" : "ok";
  return { ErrNo: 0, ErrMsg: "", state, parts };
}

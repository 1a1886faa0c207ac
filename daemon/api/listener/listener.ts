import { once } from "node:events";
import type {
  ServerOptions as HttpServerOptions,
  IncomingMessage,
  RequestListener,
  Server,
  ServerResponse,
} from "node:http";
import type { ListenOptions, Socket } from "node:net";
import { nodeHttp } from "../../base/node-http.ts";
import type { Secret } from "../../core/model/secret.ts";
import { refuseConnection } from "../routes/refusals.ts";
import { ConnectionShares } from "./connection-shares.ts";

/** Limits of one listener. At each of them the request is refused and the connection closed. */
export const httpLimits = {
  maxBodyBytes: 64 * 1024,
  maxUrlLength: 2048,
  /** Request line and headers together. */
  maxHeaderBytes: 8 * 1024,
  maxHeaders: 64,
  /** Time limits for the headers and for the whole request. */
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  keepAliveTimeoutMs: 5_000,
  /** Without a byte in either direction; event streams send at least every 15 s. */
  idleTimeoutMs: 60_000,
  maxRequestsPerConnection: 1000,
  /** One more connection closes the oldest one without a whole request. */
  maxConnections: 128,
  /** The same for strangers at one address: five browsers that load the page. 3 addresses cannot fill the listener. */
  maxPerAddress: 32,
  /** More for callers with a token or a session: six browsers with all the connections that they open. */
  maxKnownPerAddress: 40,
} as const;

const listenerOptions: HttpServerOptions = {
  maxHeaderSize: httpLimits.maxHeaderBytes,
  headersTimeout: httpLimits.headersTimeoutMs,
  requestTimeout: httpLimits.requestTimeoutMs,
  keepAliveTimeout: httpLimits.keepAliveTimeoutMs,
  connectionsCheckingInterval: 5000,
  insecureHTTPParser: false,
  requireHostHeader: true,
};

/** What TLS needs; a renewal changes it. */
export interface Tls {
  /** The certificate chain (PEM). */
  readonly cert: string;
  readonly key: Secret;
  /** The gateway's own authority (PEM), which signed the certificate; null = there is none. */
  readonly authority: string | null;
  /** @returns a function that removes the listener */
  onRenewal(listener: () => void): () => void;
}

const tlsRules = {
  minVersion: "TLSv1.2",
  ciphers:
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM",
} as const;

/** Returns a listener: plain HTTP for loopback and the unix socket, else TLS 1.2 or newer with forward secrecy. */
export async function createListener(handler: RequestListener, tls: Tls | null): Promise<Server> {
  const server =
    tls === null ? nodeHttp.createServer(listenerOptions, handler) : await secured(handler, tls);
  server.setTimeout(httpLimits.idleTimeoutMs);
  server.maxRequestsPerSocket = httpLimits.maxRequestsPerConnection;
  server.maxHeadersCount = httpLimits.maxHeaders;
  new ConnectionShares(server, httpLimits);
  refuseUnreadable(server);
  return server;
}

/**
 * Refuses what cannot be read as a request. An earlier request on the same connection keeps its own answer,
 * because a refusal in its place would say that nothing was done.
 */
function refuseUnreadable(server: Server): void {
  const answering = new WeakMap<Socket, ServerResponse>();
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    answering.set(request.socket, response);
  });
  server.on("clientError", (error: Error, socket: Socket) => {
    const response = answering.get(socket);
    if (response === undefined || response.writableEnded) refuseConnection(error, socket);
    else if (response.headersSent) socket.destroy();
    else response.setHeader("connection", "close");
  });
}

/** @throws (rejects) Node's listen errors: EADDRINUSE, EACCES … */
export async function listening(server: Server, at: ListenOptions): Promise<void> {
  server.listen(at);
  await once(server, "listening");
}

/** Ends the listener and every connection. */
export async function closed(server: Server): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await done;
}

async function secured(handler: RequestListener, tls: Tls): Promise<Server> {
  const https = await import("node:https");
  const context = () => ({ ...tlsRules, cert: tls.cert, key: tls.key.reveal() });
  const limits = { ...listenerOptions, handshakeTimeout: httpLimits.headersTimeoutMs };
  const server = https.createServer({ ...limits, ...context() }, handler);
  // Connections that are open continue with the certificate that they began with.
  const stop = tls.onRenewal(() => server.setSecureContext(context()));
  server.once("close", stop);
  return server;
}

import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { JsonObject } from "../../base/json.ts";
import { nodeHttp } from "../../base/node-http.ts";
import { type ErrorCode, errorTable, GatewayError } from "../../core/model/errors.ts";
import { securityHeaders } from "../listener/origin-check.ts";
import type { StatusPolicy } from "../ports.ts";

/** HTTP status for an ErrNo; 200 for success, and for numbers that are not in the table. */
const httpStatusOf: ReadonlyMap<number, number> = new Map(
  Object.values(errorTable).map((row) => [row.errNo, row.httpStatus]),
);

/** Returns the HTTP status of a reply. */
export function replyStatus(errNo: number, policy: StatusPolicy = "http"): number {
  return policy === "http" ? (httpStatusOf.get(errNo) ?? 200) : 200;
}

/** Returns the body of a refusal: `ErrMsg` is `detail`, else the text of the table. */
export function refusalBody(code: ErrorCode, detail?: string): JsonObject {
  const { errNo, text } = errorTable[code];
  return { ErrNo: errNo, ErrMsg: detail ?? text };
}

/** Errors of HTTP itself, by status. */
const httpRefusals: ReadonlyMap<number, readonly [ErrorCode, string]> = new Map([
  [400, ["badParameters", "the request is malformed"]],
  [404, ["notImplemented", "no such resource"]],
  [405, ["notImplemented", "this method is not served here"]],
  [408, ["badParameters", "the request came too slowly"]],
  [413, ["badParameters", "the body is too long"]],
  [414, ["badParameters", "the URL is too long"]],
  [415, ["badParameters", "the body must be application/json"]],
  [421, ["permissionDenied", "this host name is not served here"]],
  [431, ["badParameters", "the headers are too long"]],
]);

/** Returns the body of a refusal by HTTP itself. */
export function httpRefusal(status: number): JsonObject {
  const [code, detail] = httpRefusals.get(status) ?? ["badParameters", "the request is malformed"];
  return refusalBody(code, detail);
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Absent = `http`. */
  readonly policy?: StatusPolicy;
}

/** Answers an error. A refusal by HTTP itself keeps its status under every policy. */
export function refuse(log: Logger, error: unknown, exchange: Exchange): void {
  const { status, body, isOfHttp } = refusalOf(log, error, exchange.request);
  const isPlain = exchange.policy === "always_200" && !isOfHttp;
  exchange.reply.code(isPlain ? 200 : status).send(body);
}

/** Returns the answer to an error: the caller's own error as it is; any other as 15000, which is logged. */
export function refusalOf(
  log: Logger,
  error: unknown,
  request: FastifyRequest,
): { readonly status: number; readonly body: JsonObject; readonly isOfHttp: boolean } {
  if (error instanceof GatewayError) {
    if (error.httpStatus >= 500) {
      log.error({ err: error, route: request.routeOptions.url }, "request failed");
    }
    const body = refusalBody(error.code, error.message);
    return { status: error.httpStatus, body, isOfHttp: false };
  }
  const status = statusOf(error);
  if (status >= 400 && status < 500) {
    return { status, body: httpRefusal(status), isOfHttp: true };
  }
  log.error({ err: error, route: request.routeOptions.url }, "request failed");
  const { httpStatus } = errorTable.internal;
  return { status: httpStatus, body: refusalBody("internal"), isOfHttp: false };
}

function statusOf(error: unknown): number {
  return typeof error === "object" &&
    error !== null &&
    "statusCode" in error &&
    typeof error.statusCode === "number"
    ? error.statusCode
    : 500;
}

/** Answers a URL that the router cannot read. */
export function refuseUnrouted(response: ServerResponse): void {
  const headers = { ...securityHeaders, "content-type": "application/json; charset=utf-8" };
  response.writeHead(400, headers).end(JSON.stringify(httpRefusal(400)));
}

/** Answers a connection that sent no request: bad framing, or headers that are too long or too slow. */
export function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === "HPE_HEADER_OVERFLOW"
      ? 431
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? 408
        : 400;
  const body = JSON.stringify(httpRefusal(status));
  socket.end(
    `HTTP/1.1 ${status} ${nodeHttp.STATUS_CODES[status] ?? ""}\r\n` +
      "Content-Type: application/json; charset=utf-8\r\n" +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

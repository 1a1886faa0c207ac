import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { FastifyRequest } from "fastify";
import { isJsonObject } from "../../base/json.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { sessionCookie } from "../session/session-cookie.ts";
import type { FoundSession, Sessions } from "../session/sessions.ts";

/** What a request shows of who calls: a token, or else the cookie of the page. */
export type Credential =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string }
  | {
      readonly kind: "session";
      readonly cookie: string;
      /** False for a refresh that no person asked for. */
      readonly isUse: boolean;
    };

/** Requests whose browser speaks TLS with a proxy in front of the gateway. */
const throughProxy = new WeakSet<IncomingMessage>();

export function noteThroughProxy({ raw }: FastifyRequest): void {
  throughProxy.add(raw);
}

/** Returns whether the browser of a request speaks TLS. */
export function isSecureRequest({ raw, socket }: FastifyRequest): boolean {
  return socket instanceof TLSSocket || throughProxy.has(raw);
}

/**
 * Returns the credential of a request: the token of its header, its body or its query, else the page's cookie.
 * @throws GatewayError `badParameters` for a token that is no text; `permissionDenied` for a change by the cookie that
 * does not come from the page itself
 */
export function credentialOf(request: FastifyRequest): Credential {
  const token = tokenOf(request);
  if (token !== undefined) return { kind: "token", token };
  const cookie = sessionCookie(request.headers, isSecureRequest(request));
  if (cookie === null) return { kind: "none" };
  if (request.method !== "GET" && request.method !== "HEAD") requireOwnPage(request);
  return { kind: "session", cookie, isUse: request.headers["x-latchd-idle"] === undefined };
}

/**
 * Requires what only a script of the page itself sends: its own header (another origin's script would need leave to
 * send it, which latchd never gives), and an `Origin`, which the listener has compared with the `Host` already.
 * @throws GatewayError `permissionDenied`
 */
export function requireOwnPage(request: FastifyRequest): void {
  const { headers } = request;
  const isJson = request.body === undefined || isJsonType(headers["content-type"]);
  if (headers["x-latchd"] === "1" && headers.origin !== undefined && isJson) return;
  throw new GatewayError(
    "permissionDenied",
    "with a session's cookie a change needs the header x-latchd: 1, an Origin, and JSON",
  );
}

/** Returns the session of a request, or null when it has none that is valid. */
export function sessionOf(request: FastifyRequest, sessions: Sessions): FoundSession | null {
  const cookie = sessionCookie(request.headers, isSecureRequest(request));
  if (cookie === null) return null;
  try {
    return sessions.find(cookie, request.headers["x-latchd-idle"] === undefined);
  } catch (error) {
    if (error instanceof GatewayError) return null;
    throw error;
  }
}

/** Returns the token of a request without a body (from the header, or the query). */
export function presentedToken(request: FastifyRequest): string | undefined {
  const queried = queryFields(request).filter(([name]) => name === "access_token");
  return bearerToken(request) ?? queried[0]?.[1];
}

export function queryFields(request: FastifyRequest): readonly [string, string][] {
  const at = request.url.indexOf("?");
  return at < 0 ? [] : [...new URLSearchParams(request.url.slice(at + 1))];
}

/** Returns the token: from the header, else the body, else the query. @throws GatewayError `badParameters` */
function tokenOf(request: FastifyRequest): string | undefined {
  const { access_token: inBody } = isJsonObject(request.body) ? request.body : {};
  if (inBody !== undefined && typeof inBody !== "string") {
    throw new GatewayError("badParameters", "access_token: must be text", {
      field: "access_token",
    });
  }
  return bearerToken(request) ?? inBody ?? presentedToken(request);
}

function bearerToken(request: FastifyRequest): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/=-]{1,256})$/i.exec(request.headers.authorization ?? "")?.[1];
}

function isJsonType(type: string | undefined): boolean {
  return type !== undefined && /^application\/json\s*(?:;|$)/i.test(type);
}

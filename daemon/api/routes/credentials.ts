import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { FastifyRequest } from "fastify";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { sessionCookie } from "../session/session-cookie.ts";
import type { FoundSession, Sessions } from "../session/sessions.ts";
import { rightTokenName, type TokenNames } from "./printed-token.ts";

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
 * @param names the names that the token may have in body and query
 * @throws GatewayError `badParameters` for a token that is no text, and for two that differ; `permissionDenied` for a
 * change by the cookie that does not come from the page itself
 */
export function credentialOf(
  request: FastifyRequest,
  names: TokenNames = rightTokenName,
): Credential {
  const token = tokenOf(request, names);
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
function tokenOf(request: FastifyRequest, names: TokenNames): string | undefined {
  const body: JsonObject = isJsonObject(request.body) ? request.body : {};
  const queried = queryFields(request);
  const inBody = oneToken(names, (name) => body[name]);
  const inQuery = oneToken(names, (name) => queried.find(([one]) => one === name)?.[1]);
  return bearerToken(request) ?? inBody ?? inQuery;
}

/** @throws GatewayError `badParameters` for a token that is no text, and for two that differ */
function oneToken(names: TokenNames, read: (name: string) => Json | undefined): string | undefined {
  let found: string | undefined;
  for (const name of names) {
    const value = read(name);
    if (value === undefined) continue;
    if (typeof value !== "string") throw fault(name, "must be text");
    if (found !== undefined && found !== value)
      throw fault(name, `says otherwise than ${names[0]}`);
    found = value;
  }
  return found;
}

function fault(field: string, text: string): GatewayError {
  return new GatewayError("badParameters", `${field}: ${text}`, { field });
}

function bearerToken(request: FastifyRequest): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/=-]{1,256})$/i.exec(request.headers.authorization ?? "")?.[1];
}

function isJsonType(type: string | undefined): boolean {
  return type !== undefined && /^application\/json\s*(?:;|$)/i.test(type);
}

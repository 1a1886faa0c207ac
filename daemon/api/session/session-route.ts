import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { errorTable, GatewayError } from "../../core/model/errors.ts";
import { idleLimitMs } from "../../core/model/gateway/account.ts";
import { noteKnownCaller } from "../listener/known-callers.ts";
import type { AccessTrail, GatewayFacts, TrustedClock } from "../ports.ts";
import { wrongMethod } from "../routes/command-route.ts";
import { isSecureRequest, requireOwnPage, sessionOf } from "../routes/credentials.ts";
import { refusalBody } from "../routes/refusals.ts";
import { setCookie } from "./session-cookie.ts";
import type { FoundSession, Sessions } from "./sessions.ts";

/** Most characters of a browser's description that are kept. */
const maxDeviceLength = 160;

export interface SessionRouteParts {
  readonly sessions: Sessions;
  readonly clock: TrustedClock;
  facts(): GatewayFacts;
  readonly securityLog: Logger;
  readonly refusals: AccessTrail;
}

/** `/api/session`: GET says who is signed in, POST signs in, DELETE signs out. */
export class SessionRoute {
  readonly #parts: SessionRouteParts;

  constructor(parts: SessionRouteParts) {
    this.#parts = parts;
  }

  async serve(request: FastifyRequest, reply: FastifyReply): Promise<JsonObject> {
    switch (request.method) {
      case "GET":
        return this.#state(request);
      case "POST":
        requireOwnPage(request);
        return await this.#enter(request, reply);
      case "DELETE":
        requireOwnPage(request);
        return await this.#leave(request, reply);
      default:
        return wrongMethod(reply, ["GET", "POST", "DELETE"]);
    }
  }

  #state(request: FastifyRequest): JsonObject {
    const found = sessionOf(request, this.#parts.sessions);
    if (found !== null) {
      noteKnownCaller(request.raw);
      return this.#signedIn(found);
    }
    return { ErrNo: 0, ErrMsg: "", state: this.#parts.sessions.isSetUp ? "signedOut" : "setup" };
  }

  #signedIn({ record, name, scope, homes, endsAtMs }: FoundSession): JsonObject {
    return {
      ErrNo: 0,
      ErrMsg: "",
      state: "signedIn",
      kind: record.kind,
      name,
      scope,
      homes: homes === null ? null : [...homes],
      session_id: record.sessionId,
      expires_at: Math.floor(endsAtMs / 1000),
      idle_s: idleLimitMs / 1000,
      now: Math.floor(this.#parts.clock().nowMs / 1000),
      ...this.#parts.facts(),
    };
  }

  async #enter(request: FastifyRequest, reply: FastifyReply): Promise<JsonObject> {
    const { sessions, securityLog, refusals } = this.#parts;
    const address = request.socket.remoteAddress ?? "local";
    const device = cleanText(request.headers["user-agent"] ?? "").slice(0, maxDeviceLength);
    const entry = await sessions.enter(bodyOf(request), { address, device });
    switch (entry.kind) {
      case "entered": {
        const found = sessions.find(entry.cookie, true);
        reply.header("set-cookie", setCookie(entry.cookie, isSecureRequest(request)));
        const { name, scope } = found;
        securityLog.info(
          { name, scope, kind: found.record.kind, address },
          "signed in on the page",
        );
        refusals.signedIn({ caller: sessions.callerOf(found), address });
        return this.#signedIn(found);
      }
      case "refused":
        securityLog.warn({ address }, "a sign-in on the page was refused");
        refusals.refusedSignIn({
          ...{ address, transport: "rest" },
          as: entry.name === null ? null : { kind: "account", name: entry.name },
        });
        throw new GatewayError(
          "tokenInvalid",
          "the name, the passphrase, the pass or the code is wrong",
        );
      case "wait": {
        const seconds = Math.ceil(entry.waitMs / 1000);
        reply.code(errorTable.busy.httpStatus).header("retry-after", String(seconds));
        return refusalBody("busy", `too many wrong sign-ins, wait ${seconds} s`);
      }
    }
  }

  async #leave(request: FastifyRequest, reply: FastifyReply): Promise<JsonObject> {
    const found = sessionOf(request, this.#parts.sessions);
    reply.header("set-cookie", setCookie(null, isSecureRequest(request)));
    if (found !== null) await this.#parts.sessions.leave(found, bodyOf(request)["all"] === true);
    return { ErrNo: 0, ErrMsg: "", state: "signedOut" };
  }
}

function bodyOf(request: FastifyRequest): JsonObject {
  return isJsonObject(request.body) ? request.body : {};
}

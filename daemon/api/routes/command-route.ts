import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { type Caller, callerKey } from "../../commands/caller.ts";
import type { Command } from "../../commands/command.ts";
import type { CommandExecutor, CommandReply } from "../../commands/execution.ts";
import { readTextParams } from "../../commands/schema/text-params.ts";
import { errorTable, GatewayError } from "../../core/model/errors.ts";
import type { Authenticator } from "../authenticator.ts";
import { goneSignal } from "../listener/gone-signal.ts";
import { noteKnownCaller } from "../listener/known-callers.ts";
import type { AccessTrail, StatusPolicy } from "../ports.ts";
import { mayCall } from "../scopes.ts";
import type { Sessions } from "../session/sessions.ts";
import { type Credential, credentialOf, queryFields } from "./credentials.ts";
import { rightTokenName, type TokenNames, tokenNamesOf } from "./printed-token.ts";
import { httpRefusal, refusalBody, replyStatus } from "./refusals.ts";

/** The caller on the unix socket, whose permissions are the check. */
const socketCaller: Caller = {
  transport: "socket",
  name: "local",
  scope: "manager",
  origin: "local",
};

export interface CommandRouteOptions {
  readonly kind: "rest" | "socket";
  readonly commands: ReadonlyMap<string, Command>;
  readonly executor: CommandExecutor;
  readonly authenticator: Authenticator;
  readonly sessions: Sessions;
  readonly securityLog: Logger;
  readonly refusals: AccessTrail;
  /** For the calls; resources have the status of their ErrNo. */
  readonly v16Status: StatusPolicy;
}

/** A command as a path serves it. */
interface Served {
  readonly command: Command;
  /** The names of the token's parameter. */
  readonly names: TokenNames;
  /** Fields that the path stands for. */
  readonly fields: readonly (readonly [string, string])[];
  readonly policy: StatusPolicy;
}

/** `/openapi/v1/<command>`: from HTTP to the executor and back. */
export class CommandRoute {
  readonly #options: CommandRouteOptions;

  constructor(options: CommandRouteOptions) {
    this.#options = options;
  }

  /** Serves one call. It throws errors, for the server's error handler. */
  async serve(request: FastifyRequest, reply: FastifyReply, name: string): Promise<JsonObject> {
    if (name === "access_token") {
      return await this.#grant(request, reply);
    }
    const command = this.#options.commands.get(name);
    if (command === undefined) {
      throw new GatewayError("notImplemented", `there is no call ${JSON.stringify(name)}`);
    }
    const isReadable = command.isReadOnly || command.isServedByGet === true;
    const methods = isReadable ? ["GET", "POST"] : ["POST"];
    if (!methods.includes(request.method)) {
      return wrongMethod(reply, methods);
    }
    return await this.#run(request, reply, {
      command,
      names: tokenNamesOf(name),
      fields: [],
      policy: this.#options.v16Status,
    });
  }

  /** Serves a command under a path of its own, which stands for some of its fields. */
  async serveAt(
    request: FastifyRequest,
    reply: FastifyReply,
    name: string,
    fields: readonly (readonly [string, string])[],
  ): Promise<JsonObject> {
    const command = this.#options.commands.get(name);
    if (command === undefined) {
      throw new GatewayError("notImplemented", `there is no call ${JSON.stringify(name)}`);
    }
    return await this.#run(request, reply, {
      command,
      names: rightTokenName,
      fields,
      policy: "http",
    });
  }

  async #run(request: FastifyRequest, reply: FastifyReply, served: Served): Promise<CommandReply> {
    const { command } = served;
    const credential = credentialOf(request, served.names);
    if (credential.kind === "session" && request.method === "GET" && !command.isReadOnly) {
      throw new GatewayError("permissionDenied", "with a session's cookie a change needs a POST");
    }
    const isOnPage = credential.kind === "session";
    const access = isOnPage ? (command.pageAccess ?? command.access) : command.access;
    const caller = this.caller(credential, access, command.name);
    if (credential.kind !== "none") noteKnownCaller(request.raw);
    const params = paramsOf(request, served);
    const answer = await this.#execute(command.name, params, {
      caller,
      signal: goneSignal(reply),
    });
    reply.code(replyStatus(answer.ErrNo, served.policy));
    return answer;
  }

  /** Returns who calls. @param call its name in the log @throws GatewayError 101, 102 or 15014 */
  caller(credential: Credential, access: Command["access"], call: string): Caller {
    if (this.#options.kind === "socket") {
      return socketCaller;
    }
    if (credential.kind === "none" && access === "open") {
      return { transport: "rest", name: "anonymous", scope: "technician", origin: "local" };
    }
    const caller = this.#authenticated(credential);
    if (!mayCall(caller.scope, access)) {
      this.#denied(caller, call);
      throw new GatewayError("permissionDenied", `${caller.scope} may not call this`);
    }
    return caller;
  }

  /** Returns whether a request with this credential comes from a known client or person. */
  isKnown(credential: Credential): boolean {
    if (this.#options.kind === "socket") return true;
    try {
      this.#authenticated(credential);
      return true;
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
  }

  #authenticated(credential: Credential): Caller {
    const { authenticator, sessions } = this.#options;
    switch (credential.kind) {
      case "token":
        return authenticator.authenticate(credential.token);
      case "session":
        return sessions.callerOf(sessions.find(credential.cookie, credential.isUse));
      case "none":
        throw new GatewayError("tokenInvalid", "access_token: is missing");
    }
  }

  async #execute(
    command: string,
    params: JsonObject,
    from: { readonly caller: Caller; readonly signal: AbortSignal },
  ): Promise<CommandReply> {
    try {
      const reply = await this.#options.executor.execute({ command, params, ...from });
      if (reply.ErrNo === errorTable.permissionDenied.errNo) this.#denied(from.caller, command);
      return reply;
    } catch (cause) {
      // By its contract the executor rejects only when the disk did not take the command.
      throw new GatewayError("store", "nothing was changed", { cause });
    }
  }

  #denied(caller: Caller, call: string): void {
    const { scope, transport } = caller;
    this.#options.securityLog.warn(
      { client: callerKey(caller), scope, transport, call },
      "call denied",
    );
    this.#options.refusals.denied({ caller, call });
  }

  async #grant(request: FastifyRequest, reply: FastifyReply): Promise<JsonObject> {
    if (request.method !== "POST") {
      return wrongMethod(reply, ["POST"]);
    }
    const { authenticator, securityLog, refusals, kind } = this.#options;
    const address = request.socket.remoteAddress ?? "local";
    const body = bodyOf(request);
    const grant = await authenticator.issue(body, address);
    switch (grant.kind) {
      case "granted":
        return {
          ErrNo: 0,
          ErrMsg: "",
          access_token: grant.accessToken,
          expires_time: Math.floor(grant.expiresAtMs / 1000),
        };
      case "refused":
        securityLog.warn({ address }, "wrong client_id or client_secret");
        refusals.refusedSignIn({
          ...{ address, transport: kind },
          as: { kind: "client", name: String(body["client_id"]) },
        });
        throw new GatewayError("tokenInvalid", "client_id or client_secret is wrong");
      case "wait": {
        const seconds = Math.ceil(grant.waitMs / 1000);
        const status = replyStatus(errorTable.busy.errNo, this.#options.v16Status);
        reply.code(status).header("retry-after", String(seconds));
        return refusalBody("busy", `too many wrong secrets, wait ${seconds} s`);
      }
    }
  }
}

/** Answers 405, naming the methods that are served. */
export function wrongMethod(reply: FastifyReply, methods: readonly string[]): JsonObject {
  reply.code(405).header("allow", methods.join(", "));
  return httpRefusal(405);
}

/** Returns the parameters without the token, which nothing further sees. @throws GatewayError `badParameters` */
function paramsOf(request: FastifyRequest, { command, names, fields: fixed }: Served): JsonObject {
  const fields = queryFields(request).filter(([name]) => !names.includes(name));
  if (request.method === "GET") return readTextParams(command.input, [...fields, ...fixed]);
  if (fields.length > 0) {
    throw new GatewayError("badParameters", "the parameters of a POST belong into its body");
  }
  const body = Object.entries(bodyOf(request)).filter(([name]) => !names.includes(name));
  return withFixed(Object.fromEntries(body), readTextParams(command.input, fixed));
}

/** @throws GatewayError `badParameters` for a field that is in the path and in the body */
function withFixed(body: JsonObject, fixed: JsonObject): JsonObject {
  for (const name of Object.keys(fixed)) {
    if (Object.hasOwn(body, name)) {
      throw new GatewayError("badParameters", `${name}: is in the path already`, { field: name });
    }
  }
  return { ...body, ...fixed };
}

function bodyOf(request: FastifyRequest): JsonObject {
  // Only parseJsonBody makes bodies here; a request without a body has none.
  return isJsonObject(request.body) ? request.body : {};
}

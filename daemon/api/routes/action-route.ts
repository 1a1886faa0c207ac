import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { Command } from "../../commands/command.ts";
import type { CommandExecutor, CommandReply } from "../../commands/execution.ts";
import { errorTable, GatewayError } from "../../core/model/errors.ts";
import { goneSignal } from "../listener/gone-signal.ts";
import { noteKnownCaller } from "../listener/known-callers.ts";
import type { TrustedClock } from "../ports.ts";
import { type CommandRoute, wrongMethod } from "./command-route.ts";
import { presentedToken } from "./credentials.ts";
import { parseJsonBody } from "./json-body.ts";
import { refusalOf, replyStatus } from "./refusals.ts";

export interface ActionRouteParts {
  readonly actions: ReadonlyMap<string, Command>;
  readonly executor: CommandExecutor;
  /** Finds out who calls. */
  readonly route: CommandRoute;
  readonly clock: TrustedClock;
  readonly log: Logger;
}

/** `POST /api.json`: the Zigbee lock actions, in their own envelope. */
export class ActionRoute {
  readonly #parts: ActionRouteParts;

  constructor(parts: ActionRouteParts) {
    this.#parts = parts;
  }

  /**
   * Serves `{a, v, devId, …}`, with the parameters beside them or in `postData` (an object, or its JSON text).
   * @returns `{result, t, success, status}`, for some lists the result also where their example has it; errors are thrown, for {@link ActionRoute.refuse}
   */
  async serve(request: FastifyRequest, reply: FastifyReply): Promise<JsonObject> {
    if (request.method !== "POST") {
      wrongMethod(reply, ["POST"]);
      return this.#refusal(errorTable.notImplemented.errNo, "this method is not served here");
    }
    const { a, access_token: inBody, ...params } = bodyOf(request);
    if (inBody !== undefined && typeof inBody !== "string") {
      throw fault("access_token", "must be text");
    }
    const token = presentedToken(request) ?? inBody;
    if (typeof a !== "string") {
      throw fault("a", a === undefined ? "is missing" : "must be text");
    }
    const action = this.#parts.actions.get(a);
    // Only a caller that may call an action learns which actions exist.
    const credential =
      token === undefined ? ({ kind: "none" } as const) : ({ kind: "token", token } as const);
    const caller = this.#parts.route.caller(credential, action?.access ?? "technician", a);
    noteKnownCaller(request.raw);
    if (action === undefined) {
      throw new GatewayError("notImplemented", `a: there is no action ${JSON.stringify(a)}`, {
        field: "a",
      });
    }
    const answer = await this.#execute({
      command: a,
      params: withPostData(params),
      caller,
      signal: goneSignal(reply),
    });
    reply.code(replyStatus(answer.ErrNo));
    if (answer.ErrNo !== 0) return this.#refusal(answer.ErrNo, answer.ErrMsg);
    const { ErrNo: _done, ErrMsg: _text, ...fields } = answer;
    return {
      ...fields,
      result: answer["result"] ?? null,
      t: this.#parts.clock().nowMs,
      success: true,
      status: "ok",
    };
  }

  /** Answers an error in the actions' own envelope. */
  refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { status, body } = refusalOf(this.#parts.log, error, request);
    reply.code(status).send(this.#refusal(Number(body["ErrNo"]), String(body["ErrMsg"])));
  }

  async #execute(request: Parameters<CommandExecutor["execute"]>[0]): Promise<CommandReply> {
    try {
      return await this.#parts.executor.execute(request);
    } catch (cause) {
      // By its contract the executor rejects only when the disk did not take the command.
      throw new GatewayError("store", "nothing was changed", { cause });
    }
  }

  #refusal(errorCode: number, errorMsg: string): JsonObject {
    return { success: false, errorCode, errorMsg, t: this.#parts.clock().nowMs };
  }
}

/** @throws GatewayError `badParameters` for a parameter that is both in `postData` and beside it */
function withPostData({ postData, ...params }: JsonObject): JsonObject {
  if (postData === undefined) return params;
  const inner: Json = typeof postData === "string" ? parseJsonBody(postData) : postData;
  if (!isJsonObject(inner)) throw fault("postData", "must be an object, or the JSON text of one");
  for (const name of Object.keys(inner)) {
    if (Object.hasOwn(params, name)) throw fault(name, "is given twice");
  }
  return { ...params, ...inner };
}

function fault(field: string, text: string): GatewayError {
  return new GatewayError("badParameters", `${field}: ${text}`, { field });
}

function bodyOf(request: FastifyRequest): JsonObject {
  const { body } = request;
  return isJsonObject(body) ? body : {};
}

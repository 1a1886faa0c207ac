import type { Caller } from "../../../daemon/commands/caller.ts";
import { commands } from "../../../daemon/commands/table.ts";
import { CommandRoom } from "../rigs/command-room.ts";
import { type Answer, call, post } from "./rest-client.ts";
import { type RunningApi, runApi } from "./running-api.ts";

/** The REST API over the whole table of commands, with a client for each scope. */
export class RestGateway {
  readonly room: CommandRoom;
  readonly running: RunningApi;
  readonly #tokens = new Map<string, string>();

  private constructor(room: CommandRoom, running: RunningApi) {
    this.room = room;
    this.running = running;
  }

  static async open(): Promise<RestGateway> {
    const room = await CommandRoom.open();
    const running = await runApi(room.store, { commands, executor: room.executor });
    return new RestGateway(room, running);
  }

  get tcp(): { readonly port: number } {
    return this.running.tcp;
  }

  /** A token of a client with this scope. */
  async token(scope: Caller["scope"] = "manager"): Promise<string> {
    const known = this.#tokens.get(scope);
    if (known !== undefined) return known;
    const client_secret = await this.running.addClient(scope, scope);
    const { body } = await post(this.tcp, "/openapi/v1/access_token", {
      client_id: scope,
      client_secret,
    });
    const token = String(body["access_token"]);
    this.#tokens.set(scope, token);
    return token;
  }

  async bearer(scope: Caller["scope"] = "manager"): Promise<Readonly<Record<string, string>>> {
    return { authorization: `Bearer ${await this.token(scope)}` };
  }

  /** One exchange with a token; a body makes it JSON. */
  async send(method: string, path: string, body?: object): Promise<Answer> {
    const headers = await this.bearer();
    if (body === undefined) return call(this.tcp, path, { method, headers });
    const typed = { ...headers, "content-type": "application/json" };
    return call(this.tcp, path, { method, headers: typed, body: JSON.stringify(body) });
  }

  async close(): Promise<void> {
    await this.running.api.close();
    await this.room.close();
  }
}

/** Returns the text of a GET, for answers that are not JSON. */
export async function fetchText(
  { port }: { readonly port: number },
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly type: string; readonly text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  const type = response.headers.get("content-type") ?? "";
  return { status: response.status, type, text: await response.text() };
}

import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { isJsonObject, type JsonObject } from "../../../daemon/base/json.ts";

/** One server-sent event as a browser dispatches it. */
export interface WatchedEvent {
  readonly event: string;
  readonly id: string;
  readonly body: JsonObject;
}

/** A stream, and who watches it: a client with its token, or a browser with its cookie. */
export type Watched = { readonly port: number; readonly path: string } & (
  | { readonly token: string }
  | { readonly cookie: string }
);

/** A watcher of live events that comes back as a browser does: with the id of the last event that it had. */
export class EventWatcher {
  readonly events: WatchedEvent[] = [];
  readonly #to: Watched;
  #response: IncomingMessage | null = null;
  #rest = "";
  lastId = "";

  constructor(to: Watched) {
    this.#to = to;
  }

  /** Opens the stream, and reads it until it is left. @param onEvent called after each event */
  async open(onEvent: () => void = () => undefined): Promise<IncomingMessage> {
    const { port, path } = this.#to;
    const resuming = this.lastId === "" ? {} : { "last-event-id": this.lastId };
    const headers = { ...credentialOf(this.#to), ...resuming };
    const outgoing = request({ host: "127.0.0.1", port, path, headers, agent: false });
    outgoing.end();
    const [response]: IncomingMessage[] = await once(outgoing, "response");
    if (response === undefined) throw new Error("there is no response");
    response.setEncoding("utf8");
    response.on("error", () => undefined);
    response.on("data", (chunk: string) => {
      if (this.#response === response) this.#take(chunk, onEvent);
    });
    this.#rest = "";
    this.#response = response;
    return response;
  }

  /** Breaks the connection. A frame that has not come whole is lost, as in a browser. */
  leave(): void {
    const response = this.#response;
    this.#response = null;
    response?.destroy();
  }

  #take(chunk: string, onEvent: () => void): void {
    const frames = `${this.#rest}${chunk}`.split("\n\n");
    this.#rest = frames.pop() ?? "";
    for (const frame of frames) {
      if (this.#response === null) return;
      const fields = new Map(
        frame.split("\n").map((line) => {
          const at = line.indexOf(": ");
          return [line.slice(0, at), line.slice(at + 2)] as const;
        }),
      );
      this.lastId = fields.get("id") ?? this.lastId;
      const body: unknown = JSON.parse(fields.get("data") ?? "null");
      if (!isJsonObject(body)) continue;
      this.events.push({ event: fields.get("event") ?? "message", id: this.lastId, body });
      onEvent();
    }
  }
}

function credentialOf(to: Watched): Readonly<Record<string, string>> {
  return "token" in to ? { authorization: `Bearer ${to.token}` } : { cookie: to.cookie };
}

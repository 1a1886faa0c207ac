import type { ClientRequest, IncomingMessage } from "node:http";
import type { JsonObject } from "../base/json.ts";
import { nodeHttp } from "../base/node-http.ts";
import type { CommandReply } from "../commands/execution.ts";

/** The daemon does not answer on its socket. */
export class DaemonUnreachable extends Error {
  override readonly name = "DaemonUnreachable";
  /** The system's error code (`ENOENT`, `EACCES` …); null when something answered. */
  readonly code: string | null;

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = codeOf(options.cause);
  }
}

function codeOf(cause: unknown): string | null {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : null;
}

/** A reply longer than this is not one of the daemon's. */
const maxReplyBytes = 8 * 1024 * 1024;
/** A remote unlock takes longest: 10 s. */
const replyTimeoutMs = 60_000;

/** Options of a stream of events. */
export interface EventWatch {
  readonly signal?: AbortSignal;
  readonly onOpen?: () => void;
}

/** Speaks to the daemon over its unix socket. */
export class DaemonClient {
  readonly socketPath: string;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /** @throws DaemonUnreachable */
  async command(name: string, params: JsonObject): Promise<CommandReply> {
    return await this.#exchange("POST", `/openapi/v1/${encodeURIComponent(name)}`, params);
  }

  /** @throws DaemonUnreachable */
  async health(): Promise<CommandReply> {
    return await this.#exchange("GET", "/api/health", null);
  }

  /**
   * Live events, each as the JSON text it came in, until the caller stops or `signal` is aborted.
   * @param watch.onOpen called when the daemon has begun to send them
   * @throws DaemonUnreachable, also when the daemon ends the stream.
   */
  async *events(path = "/api/events", watch: EventWatch = {}): AsyncGenerator<string> {
    const { signal, onOpen } = watch;
    const response = await this.#send("GET", path, null);
    if (response.statusCode !== 200) {
      const { ErrMsg } = readReply(await readText(response));
      throw new DaemonUnreachable(ErrMsg);
    }
    const stop = (): void => void response.destroy();
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted === true) stop();
    let rest = "";
    response.setEncoding("utf8");
    onOpen?.();
    try {
      for await (const chunk of response) {
        const frames = `${rest}${String(chunk)}`.split("\n\n");
        rest = frames.pop() ?? "";
        if (rest.length > maxReplyBytes) {
          throw new DaemonUnreachable("an event is too long");
        }
        for (const frame of frames) {
          const line = frame.split("\n").find((part) => part.startsWith("data: "));
          if (line !== undefined) {
            yield line.slice("data: ".length);
          }
        }
      }
    } catch (cause) {
      if (signal?.aborted === true) return;
      throw cause instanceof DaemonUnreachable
        ? cause
        : new DaemonUnreachable("the daemon closed the connection", { cause });
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    if (signal?.aborted === true) return;
    throw new DaemonUnreachable("the daemon ended the events");
  }

  async #exchange(
    method: "GET" | "POST",
    path: string,
    body: JsonObject | null,
  ): Promise<CommandReply> {
    return readReply(await readText(await this.#send(method, path, body)));
  }

  async #send(
    method: "GET" | "POST",
    path: string,
    body: JsonObject | null,
  ): Promise<IncomingMessage> {
    return await new Promise((resolve, reject) => {
      const headers = body === null ? {} : { "content-type": "application/json" };
      const { socketPath } = this;
      const call: ClientRequest = nodeHttp.request(
        { socketPath, path, method, headers: { host: "localhost", ...headers } },
        (response) => {
          call.setTimeout(0);
          resolve(response);
        },
      );
      call.setTimeout(replyTimeoutMs, () => {
        call.destroy(new Error("no answer in time"));
      });
      call.on("error", (cause) => {
        reject(new DaemonUnreachable(`${socketPath}: ${cause.message}`, { cause }));
      });
      call.end(body === null ? undefined : JSON.stringify(body));
    });
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let text = "";
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > maxReplyBytes) {
        throw new DaemonUnreachable("the reply is too long");
      }
    }
  } catch (cause) {
    throw cause instanceof DaemonUnreachable
      ? cause
      : new DaemonUnreachable("the daemon closed the connection", { cause });
  }
  return text;
}

function readReply(text: string): CommandReply {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch (cause) {
    throw new DaemonUnreachable("the reply is not JSON", { cause });
  }
  if (!isReply(reply)) {
    throw new DaemonUnreachable("the reply has no ErrNo and ErrMsg");
  }
  return reply;
}

function isReply(reply: unknown): reply is CommandReply {
  return (
    typeof reply === "object" &&
    reply !== null &&
    "ErrNo" in reply &&
    typeof reply.ErrNo === "number" &&
    "ErrMsg" in reply &&
    typeof reply.ErrMsg === "string"
  );
}

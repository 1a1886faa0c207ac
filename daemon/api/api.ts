import type { RequestListener, Server } from "node:http";
import type { Logger } from "pino";
import type { Command, CommandDoor } from "../commands/command.ts";
import type { EventStreamLimits } from "./event-stream.ts";
import { closed, createListener, listening, type Tls } from "./listener.ts";
import type {
  CredentialStore,
  HealthSource,
  LiveEventSource,
  MetricSource,
  TrustedClock,
} from "./ports.ts";
import { httpRefusal } from "./refusals.ts";
import type { Requests } from "./requests.ts";
import { listenOnSocket } from "./unix-socket.ts";

/** What can be called. */
export interface CommandTable {
  readonly commands: readonly Command[];
  /** The Zigbee lock actions, served at `POST /api.json`; the door has to know them too. */
  readonly actions: readonly Command[];
}

export interface ApiOptions {
  /** Path of the unix socket; false = none. */
  readonly socket: string | false;
  /** TCP address; port 0 = any free one, false = none. */
  readonly host: string;
  readonly port: number | false;
  /** Names under which the TCP side is reached beside the loopback ones. */
  readonly allowedHosts: readonly string[];
  /** For TCP; null = plain HTTP, which only loopback may have. */
  readonly tls: Tls | null;
  /** Asked for once, at the first request. */
  table(): Promise<CommandTable>;
  readonly door: CommandDoor;
  readonly credentials: CredentialStore;
  readonly clock: TrustedClock;
  readonly health: HealthSource;
  readonly events: LiveEventSource;
  readonly pairing: LiveEventSource;
  readonly metrics: MetricSource;
  readonly version: string;
  readonly log: Logger;
  readonly eventLimits?: EventStreamLimits;
}

/** The running API. */
export interface Api {
  /** Where TCP is served; null when it is off. */
  readonly tcp: { readonly host: string; readonly port: number } | null;
  /** Ends every stream and connection, and both listeners. */
  close(): Promise<void>;
}

/**
 * Starts the REST API on a unix socket and on TCP, each when configured. What serves the requests, Fastify
 * and the commands with it, is loaded when the first one comes.
 * @throws SocketTaken, or Node's listen errors (EADDRINUSE, EACCES …); nothing is left open then.
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const served = new FirstRequest(options);
  const listeners: Server[] = [];
  const close = async (): Promise<void> => {
    await served.close();
    await Promise.all(listeners.map(closed));
  };
  const open = async (kind: "rest" | "socket", tls: Tls | null): Promise<Server> => {
    const listener = await createListener(served.listener(kind), tls);
    listeners.push(listener);
    return listener;
  };
  try {
    const { socket, host, port, tls } = options;
    if (socket !== false) {
      const listener = await open("socket", null);
      await listenOnSocket(socket, () => listening(listener, { path: socket }));
    }
    return {
      tcp: port === false ? null : await listenOnTcp(await open("rest", tls), host, port),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Builds what serves requests at the first of them; the others that come meanwhile wait for it. */
class FirstRequest {
  readonly #options: ApiOptions;
  #building: Promise<Requests> | null = null;
  #requests: Requests | null = null;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  listener(kind: "rest" | "socket"): RequestListener {
    return (request, response) => {
      if (this.#requests !== null) {
        this.#requests[kind](request, response);
        return;
      }
      this.#built().then(
        (requests) => requests[kind](request, response),
        (err: unknown) => {
          this.#options.log.error({ err }, "the API could not be loaded");
          const body = JSON.stringify(httpRefusal(500));
          response.writeHead(500, { "content-type": "application/json; charset=utf-8" }).end(body);
        },
      );
    };
  }

  async close(): Promise<void> {
    const requests = await this.#building?.catch(() => null);
    requests?.close();
  }

  /** What could not be built is tried anew by the next request. */
  #built(): Promise<Requests> {
    this.#building ??= this.#build().catch((cause: unknown) => {
      this.#building = null;
      throw cause;
    });
    return this.#building;
  }

  async #build(): Promise<Requests> {
    const { serveRequests } = await import("./requests.ts");
    this.#requests = await serveRequests(this.#options);
    return this.#requests;
  }
}

async function listenOnTcp(
  listener: Server,
  host: string,
  port: number,
): Promise<NonNullable<Api["tcp"]>> {
  await listening(listener, { host, port });
  const address = listener.address();
  return { host, port: typeof address === "object" && address !== null ? address.port : port };
}

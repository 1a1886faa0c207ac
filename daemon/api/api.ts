import type { RequestListener, Server } from "node:http";
import { closed, createListener, listening } from "./listener/listener.ts";
import { listenOnSocket } from "./listener/unix-socket.ts";
import type { ApiOptions, ListenerKind } from "./options.ts";
import { httpRefusal } from "./routes/refusals.ts";
import type { Requests } from "./routes/requests.ts";

/** Pause before a listener tries again, when another program has its address. */
const retryMs = 10_000;

/** The running API. */
export interface Api {
  /** The address of TCP; null when it is off, or another program has its port. */
  readonly tcp: { readonly host: string; readonly port: number } | null;
  /** Ends every stream, every connection and both listeners. */
  close(): Promise<void>;
}

/**
 * Starts the REST API on a unix socket and on TCP, each when configured. The first request loads Fastify and
 * the commands.
 * @throws SocketTaken, or Node's listen errors (EADDRINUSE, EACCES …), unless `onListener` takes them; then
 * nothing stays open
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { socket, host, port, tls, onListener } = options;
  const served = new FirstRequest(options);
  const listeners: Listener[] = [];
  let tcp: Api["tcp"] = null;
  if (socket !== false) {
    const open = async () => {
      const server = await createListener(served.listener("socket"), null);
      await listenOnSocket(socket, () => listening(server, { path: socket }));
      return server;
    };
    listeners.push(new Listener("socket", open, onListener));
  }
  if (port !== false) {
    const open = async () => {
      const server = await createListener(served.listener("rest"), tls);
      tcp = await listenOnTcp(server, host, port);
      return server;
    };
    listeners.push(new Listener("tcp", open, onListener));
  }
  const close = async (): Promise<void> => {
    await served.close();
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  try {
    for (const listener of listeners) await listener.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get tcp() {
      return tcp;
    },
    close,
  };
}

/** One listener. It tries again as long as another program has its address. */
class Listener {
  readonly #kind: ListenerKind;
  readonly #open: () => Promise<Server>;
  readonly #onListener: ApiOptions["onListener"];
  #server: Server | null = null;
  #timer: NodeJS.Timeout | null = null;
  #trying: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(
    kind: ListenerKind,
    open: () => Promise<Server>,
    onListener: ApiOptions["onListener"],
  ) {
    this.#kind = kind;
    this.#open = open;
    this.#onListener = onListener;
  }

  /** @throws (rejects) what `open` throws, unless `onListener` takes it */
  async start(): Promise<void> {
    try {
      this.#server = await this.#open();
    } catch (error) {
      if (this.#onListener === undefined || !(error instanceof Error)) throw error;
      this.#onListener(this.#kind, error);
      this.#tryLater();
      return;
    }
    this.#onListener?.(this.#kind, null);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#trying;
    if (this.#server !== null) await closed(this.#server);
  }

  #tryLater(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#trying = this.start();
    }, retryMs);
    this.#timer.unref();
  }
}

/** Builds what serves requests when the first one comes; requests that come meanwhile wait. */
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

  /** The next request tries again to build what could not be built. */
  #built(): Promise<Requests> {
    this.#building ??= this.#build().catch((cause: unknown) => {
      this.#building = null;
      throw cause;
    });
    return this.#building;
  }

  async #build(): Promise<Requests> {
    const { serveRequests } = await import("./routes/requests.ts");
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

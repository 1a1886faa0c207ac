import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Command, CommandDoor } from "../commands/command.ts";
import { ActionRoute } from "./action-route.ts";
import { Authenticator } from "./authenticator.ts";
import { BrowserGuard } from "./browser-guard.ts";
import { CommandRoute } from "./command-route.ts";
import { type EventStreamLimits, EventStreams, eventStreamLimits } from "./event-stream.ts";
import type {
  CredentialStore,
  HealthSource,
  LiveEventSource,
  MetricSource,
  TrustedClock,
} from "./ports.ts";
import { buildServer, type Tls } from "./server.ts";
import { listenOnSocket } from "./unix-socket.ts";

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
  readonly commands: readonly Command[];
  /** The Zigbee lock actions, served at `POST /api.json`; the door has to know them too. */
  readonly actions?: readonly Command[];
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
 * Starts the REST API on a unix socket and on TCP, each when configured.
 * @throws SocketTaken, or Node's listen errors (EADDRINUSE, EACCES …); nothing is left open then.
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const authenticator = new Authenticator(options.credentials, options.clock);
  const limits = options.eventLimits ?? eventStreamLimits;
  const events = new EventStreams(options.events, options.log, limits);
  const pairing = new EventStreams(options.pairing, options.log, limits);
  const commands = new Map(options.commands.map((command) => [command.name, command]));
  const actions = new Map((options.actions ?? []).map((command) => [command.name, command]));
  const servers: FastifyInstance[] = [];
  const close = async (): Promise<void> => {
    events.close();
    pairing.close();
    await Promise.all(servers.map((server) => server.close()));
  };
  const build = async (kind: "rest" | "socket"): Promise<FastifyInstance> => {
    const { door, log, health, metrics, version } = options;
    const route = new CommandRoute({ kind, commands, door, authenticator, log });
    const server = await buildServer({
      route,
      actions: new ActionRoute({ actions, door, route, clock: options.clock, log }),
      events,
      pairing,
      metrics,
      commands: options.commands,
      version,
      health,
      guard: kind === "rest" ? browserGuard(options) : null,
      tls: kind === "rest" ? options.tls : null,
      log,
    });
    servers.push(server);
    return server;
  };
  try {
    const { socket, host, port } = options;
    if (socket !== false) {
      const server = await build("socket");
      await listenOnSocket(socket, () => server.listen({ path: socket }));
    }
    return {
      tcp: port === false ? null : await listenOnTcp(await build("rest"), host, port),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function browserGuard({ host, allowedHosts, tls }: ApiOptions): BrowserGuard {
  return new BrowserGuard([host, ...allowedHosts], tls === null ? "http" : "https");
}

async function listenOnTcp(
  server: FastifyInstance,
  host: string,
  port: number,
): Promise<NonNullable<Api["tcp"]>> {
  await server.listen({ host, port });
  const address = server.server.address();
  return { host, port: typeof address === "object" && address !== null ? address.port : port };
}

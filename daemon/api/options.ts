import type { Logger } from "pino";
import type { Command } from "../commands/command.ts";
import type { CommandExecutor } from "../commands/execution.ts";
import type { HealthSource } from "../core/model/gateway/health.ts";
import type { Tls } from "./listener/listener.ts";
import type {
  AccessTrail,
  CredentialStore,
  GatewayFacts,
  LiveEventSource,
  MetricSource,
  StatusPolicy,
  TrustedClock,
} from "./ports.ts";
import type { EventStreamLimits } from "./routes/event-stream.ts";

/** What a listener listens on. */
export type ListenerKind = "tcp" | "socket";

/** The commands and actions that can be called. */
export interface CommandTable {
  readonly commands: readonly Command[];
  /** The Zigbee lock actions, served at `POST /api.json`; the executor must know them too. */
  readonly actions: readonly Command[];
}

export interface ApiOptions {
  /** Path of the unix socket; false = none. */
  readonly socket: string | false;
  /** TCP address; port 0 = any free one, false = none. */
  readonly host: string;
  readonly port: number | false;
  /** Host names of the TCP side beside the loopback ones. */
  readonly allowedHosts: readonly string[];
  /** Origin under which a proxy with TLS of its own serves the API; absent = there is none. */
  readonly publicUrl?: string | undefined;
  /** The names and addresses of this machine, under which it is reached too. */
  ownNames(): readonly string[];
  /** For TCP; null = plain HTTP, which only loopback may use. */
  readonly tls: Tls | null;
  /** HTTP status of the published calls. */
  readonly v16Status: StatusPolicy;
  /** The folder with the files of the page; false = the page is switched off. */
  readonly page: string | false;
  /** Called once, at the first request. */
  table(): Promise<CommandTable>;
  readonly executor: CommandExecutor;
  readonly credentials: CredentialStore;
  readonly clock: TrustedClock;
  readonly health: HealthSource;
  readonly events: LiveEventSource;
  readonly pairing: LiveEventSource;
  readonly metrics: MetricSource;
  readonly version: string;
  /** What a person who is signed in sees of the gateway itself. */
  facts(): GatewayFacts;
  readonly log: Logger;
  /** Log for refused sign-ins and denied calls: it keeps its level when the log's is raised. Absent = log. */
  readonly securityLog?: Logger;
  readonly refusals: AccessTrail;
  readonly eventLimits?: EventStreamLimits;
  /**
   * Called with the reason each time that a listener cannot listen, and with null when it listens. With it
   * the API starts without that listener and tries again every 10 s; without it, that is an error.
   */
  onListener?(kind: ListenerKind, cause: Error | null): void;
}

import type { Logger } from "pino";
import type { Command } from "../commands/command.ts";
import type { CommandExecutor } from "../commands/execution.ts";
import type { Tls } from "./listener/listener.ts";
import type {
  CredentialStore,
  HealthSource,
  LiveEventSource,
  MetricSource,
  RefusalTrail,
  TrustedClock,
} from "./ports.ts";
import type { EventStreamLimits } from "./routes/event-stream.ts";

/** What the API is served on. */
export type ListenerKind = "tcp" | "socket";

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
  readonly executor: CommandExecutor;
  readonly credentials: CredentialStore;
  readonly clock: TrustedClock;
  readonly health: HealthSource;
  readonly events: LiveEventSource;
  readonly pairing: LiveEventSource;
  readonly metrics: MetricSource;
  readonly version: string;
  readonly log: Logger;
  /** For refused sign-ins and denied calls: its level stays when the log's is set higher. Absent = log. */
  readonly securityLog?: Logger;
  readonly refusals: RefusalTrail;
  readonly eventLimits?: EventStreamLimits;
  /**
   * Called when a listener does not listen (with the reason, again at each vain try) and when it does
   * (null). With it the API starts without that listener and tries again every 10 s; without it a
   * listener that cannot listen is an error.
   */
  onListener?(kind: ListenerKind, cause: Error | null): void;
}

import type { Logger } from "pino";
import type { CommandExecutor } from "../daemon/commands/execution.ts";
import type { EnvelopeSource } from "../daemon/events/event-envelope.ts";
import type { Store } from "../daemon/store/store.ts";
import type { SyncClock } from "./clock-port.ts";
import type { CloudSyncOptions } from "./options.ts";
import type { Versions } from "./presence/state-body.ts";

/** What the synchronisation needs of the gateway. */
export interface CloudSyncPorts {
  readonly store: Store;
  readonly commands: CommandExecutor;
  readonly clock: SyncClock;
  readonly openSealed: EnvelopeSource["openSealed"];
  readonly nameOf: EnvelopeSource["nameOf"];
  readonly identity: {
    /** The gateway's uuid: its client id and its part of every topic. */
    readonly gatewayId: string;
    /** A random id of this start of the process. */
    readonly boot: string;
    readonly versions: Versions;
  };
  readonly options: CloudSyncOptions;
  /** The last journal record that every callback has; absent = there are no callbacks. */
  callbacksDeliveredThrough?(): number;
  /** Uniform in [0, 1). */
  random(): number;
  readonly logger: Logger;
}

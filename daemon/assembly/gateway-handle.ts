import type { Api } from "../api/api.ts";
import type { ProgressProbe } from "../process/watchdog.ts";

/** The running daemon. */
export interface Gateway {
  readonly gatewayId: string;
  readonly api: Api;
  /** Aborted when the store has failed: the process must end and start anew. */
  readonly failed: AbortSignal;
  /** What has to get on for the gateway to do its work: the watchdog's questions. */
  readonly probes: readonly ProgressProbe[];
  /** Ends every part, the last one built first; safe to call once. */
  close(): Promise<void>;
}

/** Ends a part of the gateway. */
export type Closer = () => Promise<void> | void;

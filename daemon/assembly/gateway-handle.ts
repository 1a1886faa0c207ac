import type { Api } from "../api/api.ts";
import type { ProgressProbe } from "../process/watchdog.ts";

/** The running daemon. */
export interface Gateway {
  readonly gatewayId: string;
  readonly api: Api;
  /** Aborted when the store has failed: the process must end and start again. */
  readonly failed: AbortSignal;
  /** What must make progress for the gateway to do its work; the watchdog checks it. */
  readonly probes: readonly ProgressProbe[];
  /** Ends every part in reverse order. Must be called at most once. */
  close(): Promise<void>;
}

/** Ends a part of the gateway. */
export type Closer = () => Promise<void> | void;

import type { IncomingCounts } from "../down/incoming-counts.ts";
import type { LossCause } from "./loss-cause.ts";

/** Why the link was last lost or refused. */
export interface LinkFault {
  readonly cause: LossCause;
  readonly why: string;
  /** Trusted time, ms UTC. */
  readonly atMs: number;
}

/** How the synchronisation is doing; for the health report. */
export interface CloudSyncState {
  readonly connected: boolean;
  /** When `connected` last changed, trusted time in ms UTC. */
  readonly since: number;
  readonly lastError: LinkFault | null;
  /** A fault that only people can repair, until the link is up again. */
  readonly alarm: LinkFault | null;
  /** Records that the cloud does not have yet. */
  readonly backlog: number;
  /** The backlog is at its limit and has nothing that may be dropped: commands are refused. */
  readonly isFull: boolean;
  readonly epoch: string;
  /** The last record that the cloud (or its broker, as configured) has. */
  readonly cursor: number;
  readonly received: IncomingCounts;
}

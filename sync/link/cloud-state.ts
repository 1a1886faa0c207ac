import type { IncomingCounts } from "../down/incoming.ts";
import type { LossCause } from "./loss-cause.ts";

/** Why the link was last lost or refused. */
export interface LinkFault {
  readonly cause: LossCause;
  readonly why: string;
  /** Trusted time, ms UTC. */
  readonly atMs: number;
}

/** The synchronisation's health. */
export interface CloudSyncState {
  readonly connected: boolean;
  /** When `connected` last changed, trusted time in ms UTC. */
  readonly since: number;
  readonly lastError: LinkFault | null;
  /** A fault that needs people, until the link stands again. */
  readonly alarm: LinkFault | null;
  /** Records that the cloud does not have yet. */
  readonly backlog: number;
  /** The backlog is at its limit and holds nothing that may be dropped: commands are refused. */
  readonly isFull: boolean;
  readonly epoch: string;
  /** Last record that the cloud (or its broker, as configured) has. */
  readonly cursor: number;
  readonly received: IncomingCounts;
}

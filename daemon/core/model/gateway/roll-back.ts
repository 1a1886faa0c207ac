/** Why a new version was replaced by the one before it, as a word to act on. */
export const rollBackReasons = ["notReady", "store", "stick", "space", "asked"] as const;

export type RollBackReason = (typeof rollBackReasons)[number];

/** A new version did not work after its installation, and the version before it runs in its place. */
export interface RollBack {
  /** The version that was installed and does not run. */
  readonly failed: string;
  /** The version that runs. */
  readonly version: string;
  readonly reason: RollBackReason;
  /** By the machine's clock, ms UTC. */
  readonly atMs: number;
}

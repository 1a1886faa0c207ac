import type { UserId } from "../model/door-lock.ts";

/** The next slot of a round through all slots that nobody has. */
export interface SweepStep {
  readonly userId: UserId;
  /** The round before is over: this is the first slot of another. */
  readonly isNewRound: boolean;
}

/** Why a slot is read although nothing is to be changed in it. */
export type AuditReason =
  /** Its record is in doubt, or a day old. */
  | { readonly kind: "slot" }
  /** The round through the slots that nobody has came to it. */
  | { readonly kind: "round"; readonly step: SweepStep }
  /** The quick round through them after a gap in what was heard. */
  | { readonly kind: "quick"; readonly gapAtMs: number };

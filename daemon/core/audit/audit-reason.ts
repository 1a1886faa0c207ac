import type { UserId } from "../model/door-lock.ts";

/** The next slot of a round through all slots that no password has. */
export interface SweepStep {
  readonly userId: UserId;
  /** The previous round is complete, and this is the first slot of the next one. */
  readonly isNewRound: boolean;
}

/** Why a slot is read although nothing in it must change. */
export type AuditReason =
  /** Its record is in doubt or a day old. */
  | { readonly kind: "slot" }
  /** It is the next slot of the round through the slots that no password has. */
  | { readonly kind: "round"; readonly step: SweepStep }
  /** It is the next slot of the quick round through them after a gap in reception. */
  | { readonly kind: "quick"; readonly gapAtMs: number };

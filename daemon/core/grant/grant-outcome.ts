import type { LockId } from "../model/door-lock.ts";
import type { PasswordFailure, PasswordRecord } from "../model/password.ts";
import type { PasswordStage } from "../plan/password-stage.ts";

/** Why a door of a grant is not as the grant wants it. */
export type DoorReason =
  | PasswordFailure
  /** The lock has not taken the password yet, or its window has not begun. */
  | "waiting"
  /** The lock may still have a code that may not open any more. */
  | "removing"
  /** The lock has no password of the grant: somebody deleted it, or unpaired the lock. */
  | "missing";

/** One door of a grant, with its password as it is now; null = the lock has no password of the grant. */
export interface GrantDoor {
  readonly lock: LockId;
  readonly password: Pick<PasswordRecord, "operationStage" | "failure"> | null;
  /** How far the password is; null = there is no password. */
  readonly stage: PasswordStage | null;
}

/** What became of one door; `reason` is null only when the door is done. */
export interface DoorOutcome {
  readonly lock: LockId;
  readonly outcome: "done" | "waiting" | "failed";
  readonly reason: DoorReason | null;
}

/** What became of a grant, with the outcome of each door in the order of the grant. */
export interface GrantOutcome {
  readonly outcome: "done" | "partly" | "failed";
  readonly doors: readonly DoorOutcome[];
}

/**
 * Returns what became of a grant. It is `done` only if every door is done, and `failed` only if every door has
 * failed. A grant without doors is done.
 * @param isRevoked a door is done when its lock has confirmed that it has no code of the grant
 */
export function grantOutcome(doors: readonly GrantDoor[], isRevoked: boolean): GrantOutcome {
  const outcomes = doors.map((door) => (isRevoked ? revokedDoor(door) : grantedDoor(door)));
  const every = (wanted: DoorOutcome["outcome"]) =>
    outcomes.every(({ outcome }) => outcome === wanted);
  const outcome = every("done") ? "done" : every("failed") ? "failed" : "partly";
  return { outcome, doors: outcomes };
}

/** The record of a revoked password stays until its lock has confirmed the clear. */
function revokedDoor({ lock, password }: GrantDoor): DoorOutcome {
  if (password === null) return { lock, outcome: "done", reason: null };
  return { lock, outcome: "waiting", reason: "removing" };
}

function grantedDoor({ lock, password, stage }: GrantDoor): DoorOutcome {
  if (password === null) return { lock, outcome: "failed", reason: "missing" };
  switch (stage) {
    case null:
      return { lock, outcome: "failed", reason: "missing" };
    case "failed":
      return { lock, outcome: "failed", reason: password.failure ?? "refused" };
    case "removing":
      return { lock, outcome: "waiting", reason: "removing" };
    case "waiting":
      return { lock, outcome: "waiting", reason: "waiting" };
    case "closed":
      // Before the window begins the lock may not have the code yet; afterwards the stage says whether it ever had.
      if (password.operationStage === "done") return { lock, outcome: "done", reason: null };
      return { lock, outcome: "waiting", reason: "waiting" };
    case "inLock":
    case "confirmed":
      return { lock, outcome: "done", reason: null };
  }
}

import type { PasswordRecord } from "../model/password.ts";
import type { PasswordStage } from "../plan/password-stage.ts";
import type {
  DoorOutcome,
  DoorReason,
  GrantDoor,
  GrantOutcome,
  GrantRecord,
  ReportedOutcome,
} from "./grant.ts";

/** What is wanted of a grant, without what was reported of it. */
export type WantedGrant = Omit<GrantRecord, "reported">;

/** A door's password as it is now, and how far it is at its lock. */
export interface DoorState {
  readonly password: PasswordRecord;
  readonly stage: PasswordStage;
}

/**
 * Returns what became of a grant. It is `done` only if every door is done, and `failed` only if every door has
 * failed. A grant without doors is done.
 * @param stateOf null = the lock has no password of the grant
 */
export function grantOutcome(
  grant: WantedGrant,
  stateOf: (door: GrantDoor) => DoorState | null,
): GrantOutcome {
  const doors = grant.doors.map((door) => doorOutcome(grant, door, stateOf(door)));
  const every = (wanted: DoorOutcome["outcome"]) => doors.every((door) => door.outcome === wanted);
  return { outcome: every("done") ? "done" : every("failed") ? "failed" : "partly", doors };
}

/** Returns how far a password is by what its lock has confirmed, whatever the time is. */
export function confirmedStage(password: PasswordRecord): PasswordStage {
  if (password.isDeleted) return "removing";
  switch (password.operationStage) {
    case "inProgress":
      return "waiting";
    case "failed":
      return "failed";
    case "done":
      return "inLock";
  }
}

/** Returns the part of an outcome that is reported. */
export function reportedOf({ outcome, doors }: GrantOutcome): ReportedOutcome {
  const failed = doors
    .filter((door) => door.outcome === "failed")
    .map(({ lock, reason }) => ({ lock, reason }));
  return { outcome, failed };
}

function doorOutcome(grant: WantedGrant, door: GrantDoor, state: DoorState | null): DoorOutcome {
  const isUnwanted = grant.revokedAtMs !== null || door.isLeaving === true;
  const reason = isUnwanted ? leftReason(door) : grantedReason(grant, door, state);
  const outcome =
    reason === null ? "done" : reason === "waiting" || reason === "removing" ? "waiting" : "failed";
  return { lock: door.lock, passwordId: door.passwordId, outcome, reason };
}

/** The record of a revoked password stays until its lock has confirmed the clear. */
function leftReason({ gone }: GrantDoor): DoorReason | null {
  if (gone === null) return "removing";
  return gone === "unpaired" ? "unpaired" : null;
}

function grantedReason(
  grant: WantedGrant,
  door: GrantDoor,
  state: DoorState | null,
): DoorReason | null {
  if (door.gone !== null) return endedReason(door.gone);
  if (state === null) return "missing";
  const { password, stage } = state;
  if (stage === "removing") return "removing";
  if (isChanged(grant, door, password)) return "changed";
  if (stage === "failed") return password.failure ?? "refused";
  // Before the window begins the lock may not have the code yet, and it may have the code, but not its new validity.
  return stage === "waiting" || password.operationStage !== "done" ? "waiting" : null;
}

function endedReason(gone: NonNullable<GrantDoor["gone"]>): DoorReason | null {
  switch (gone) {
    case "ended":
      return null;
    case "expired":
      return "expired";
    case "revoked":
    case "missing":
      return "missing";
    case "unpaired":
      return "unpaired";
  }
}

/** Returns whether the password is another one than the grant wants; a used one-time password is not changed. */
function isChanged(grant: WantedGrant, door: GrantDoor, password: PasswordRecord): boolean {
  const { window, isFrozen, isDuress } = password;
  if (isFrozen !== grant.isFrozen || isDuress !== grant.isDuress) return true;
  if (password.code?.mark !== door.mark) return true;
  return !isSameWindow(window, grant.window);
}

function isSameWindow(one: GrantRecord["window"], other: GrantRecord["window"]): boolean {
  if (one.beginMs !== other.beginMs || one.endMs !== other.endMs) return false;
  const [a, b] = [one.weekly, other.weekly];
  if (a === null || b === null) return a === b;
  return (
    a.daysMask === b.daysMask &&
    a.startMinute === b.startMinute &&
    a.endMinute === b.endMinute &&
    a.timeZone === b.timeZone
  );
}

import type { JsonObject } from "../../base/json.ts";
import type { EventEntry } from "../model/journal.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { DoorEnd, GrantDoor, GrantOutcome, GrantRecord, ReportedOutcome } from "./grant.ts";
import { confirmedStage, grantOutcome, reportedOf } from "./grant-outcome.ts";
import { openingsGone } from "./grant-uses.ts";
import type { PasswordChange } from "./password-change.ts";

/** What follows from a change for a grant; null = nothing. */
export interface GrantFollowing {
  readonly grant: GrantRecord;
  /** The event `grantOutcome`; null = nothing new is reported. */
  readonly event: EventEntry | null;
}

/**
 * Returns what a change of its passwords means for a grant: which doors are gone, and whether its outcome is another one
 * than was reported.
 */
export function followedGrant(grant: GrantRecord, change: PasswordChange): GrantFollowing | null {
  const doors = grant.doors.flatMap((door) => doorAfter(grant, door, change) ?? []);
  const spent = openingsGone(grant, change);
  const uses =
    grant.uses === undefined ? {} : { uses: { ...grant.uses, spent: grant.uses.spent + spent } };
  const wanted = { ...grant, doors, ...uses };
  const outcome = confirmedOutcome(wanted, change);
  const reported = reportedOf(outcome);
  const isNews = !isSame(reported, grant.reported);
  const isMoved =
    doors.length !== grant.doors.length || doors.some((door, at) => door !== grant.doors[at]);
  if (!isNews && !isMoved) return null;
  return {
    grant: { ...wanted, reported },
    event: isNews ? outcomeEvent(wanted, outcome) : null,
  };
}

/** Returns a grant's outcome by what its locks have confirmed. */
export function confirmedOutcome(
  grant: Omit<GrantRecord, "reported">,
  { after }: Pick<PasswordChange, "after">,
): GrantOutcome {
  return grantOutcome(grant, ({ lock, passwordId }) => {
    const password = after(lock, passwordId);
    return password === undefined ? null : { password, stage: confirmedStage(password) };
  });
}

/** Returns the door after the change; null = it has left the grant. */
function doorAfter(
  grant: GrantRecord,
  door: GrantDoor,
  { before, after, isUnpaired }: PasswordChange,
): GrantDoor | null {
  const { lock, passwordId } = door;
  if (door.gone !== null || after(lock, passwordId) !== undefined) return door;
  const gone = isUnpaired(lock) ? "unpaired" : endOf(grant, door, before(lock, passwordId));
  return door.isLeaving === true && gone === "revoked" ? null : { ...door, gone };
}

function endOf(grant: GrantRecord, door: GrantDoor, before: PasswordRecord | undefined): DoorEnd {
  if (grant.revokedAtMs !== null || door.isLeaving === true) return "revoked";
  if (before === undefined || before.isDeleted) return "missing";
  return before.operationStage === "done" ? "ended" : "expired";
}

function isSame(one: ReportedOutcome, other: ReportedOutcome): boolean {
  return (
    one.outcome === other.outcome &&
    one.failed.length === other.failed.length &&
    one.failed.every(
      ({ lock, reason }, at) =>
        lock === other.failed[at]?.lock && reason === other.failed[at]?.reason,
    )
  );
}

/** Returns the event `grantOutcome`. It has ids and no name. */
function outcomeEvent({ grant }: Pick<GrantRecord, "grant">, outcome: GrantOutcome): EventEntry {
  const detail: JsonObject = {
    grant_id: grant,
    outcome: outcome.outcome,
    doors: outcome.doors.map(({ lock, passwordId, outcome: state, reason }) => ({
      uuid: lock,
      password_id: passwordId,
      outcome: state,
      ...(reason === null ? {} : { reason }),
    })),
  };
  return { kind: "event", event: "grantOutcome", lock: null, detail };
}

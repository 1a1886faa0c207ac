import type { GrantDoor, GrantRecord } from "../../daemon/core/grant/grant.ts";
import { aLockId, aPassword } from "./records.ts";

/* Builders of grants, with every field a test does not care about filled in. */

const { code, window, name } = aPassword();

export function aGrantDoor(changes: Partial<GrantDoor> = {}): GrantDoor {
  return { lock: aLockId, passwordId: 1, mark: code?.mark ?? "", gone: null, ...changes };
}

/** A grant of one door, which wants what `aPassword` is. */
export function aGrant(changes: Partial<GrantRecord> = {}): GrantRecord {
  return {
    grant: "grant-1",
    person: name,
    window,
    isFrozen: false,
    isDuress: false,
    revokedAtMs: null,
    createdAtMs: 0,
    changedAtMs: 0,
    doors: [aGrantDoor()],
    reported: { outcome: "partly", failed: [] },
    ...changes,
  };
}

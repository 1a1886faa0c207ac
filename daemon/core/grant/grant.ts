import type { LockId } from "../model/door-lock.ts";
import { type PasswordId, passwordFailures } from "../model/password.ts";
import type { CodeMark } from "../model/sealed-code.ts";
import type { Window } from "../model/window.ts";

/** The id of a grant (UUID). The gateway makes it and never uses it twice. */
export type GrantId = string;

/** What became of a door's password after its record was removed. */
export const doorEnds = [
  /** The lock has confirmed that the code is gone, as the grant wants it. */
  "revoked",
  /** The window is over, and the lock had the code. */
  "ended",
  /** The window was over before the lock had the code. */
  "expired",
  /** Somebody deleted the password of this lock by itself. */
  "missing",
  /** The lock was unpaired. Nobody has confirmed that it has no code of the grant. */
  "unpaired",
] as const;

export type DoorEnd = (typeof doorEnds)[number];

/** One lock of a grant, and the grant's password on it. */
export interface GrantDoor {
  readonly lock: LockId;
  readonly passwordId: PasswordId;
  /** The code that the grant gave to this lock. */
  readonly mark: CodeMark;
  /** The door is taken out of the grant. It stays listed until its lock has confirmed the clear. */
  readonly isLeaving?: true;
  /** Null while the password has a record. */
  readonly gone: DoorEnd | null;
}

/** Why a door of a grant is not as the grant wants it. */
export const doorReasons = [
  /** The lock has not taken the password yet, or its window has not begun. */
  "waiting",
  /** The lock may still have a code that may not open any more. */
  "removing",
  /** The lock has no password of the grant, because somebody deleted it. */
  "missing",
  /** The lock was unpaired. */
  "unpaired",
  /** Somebody changed the password of this lock by itself: it is not what the grant wants. */
  "changed",
  ...passwordFailures,
] as const;

export type DoorReason = (typeof doorReasons)[number];

/** What became of one door; `reason` is null only when the door is done. */
export interface DoorOutcome {
  readonly lock: LockId;
  readonly passwordId: PasswordId;
  readonly outcome: "done" | "waiting" | "failed";
  readonly reason: DoorReason | null;
}

export const usesCounts = ["grant", "door"] as const;

/** How often a grant may open. */
export interface GrantUses {
  readonly limit: number;
  /** `grant` = over all of its doors; `door` = at each of them. */
  readonly by: (typeof usesCounts)[number];
  /** Openings at doors whose passwords are gone. */
  readonly spent: number;
}

export const grantOutcomes = ["done", "partly", "failed"] as const;

/** What became of a grant, with the outcome of each door in the order of the grant. */
export interface GrantOutcome {
  readonly outcome: (typeof grantOutcomes)[number];
  readonly doors: readonly DoorOutcome[];
}

/** What was last reported of a grant's outcome. A door that only waits is not in it. */
export interface ReportedOutcome {
  readonly outcome: GrantOutcome["outcome"];
  readonly failed: readonly Pick<DoorOutcome, "lock" | "reason">[];
}

/** One grant: one code of one person on several locks. Each lock has a password of its own for it. */
export interface GrantRecord {
  readonly grant: GrantId;
  /** For whom it is, as the caller writes it. */
  readonly person: string;
  readonly window: Window;
  readonly isFrozen: boolean;
  readonly isDuress: boolean;
  /** When it was revoked; null = it is not. */
  readonly revokedAtMs: number | null;
  readonly createdAtMs: number;
  /** When a command last changed what is wanted. */
  readonly changedAtMs: number;
  readonly doors: readonly GrantDoor[];
  /** Absent = it may open as often as anybody likes. */
  readonly uses?: GrantUses;
  readonly reported: ReportedOutcome;
}

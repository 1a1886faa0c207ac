import type { AuditsPerDay } from "../audit/audit-budget.ts";
import type { AuditReason } from "../audit/audit-reason.ts";
import type { TimeReading } from "../model/clock.ts";
import type { UserId } from "../model/door-lock.ts";
import type { Effects, LockView } from "../model/lock.ts";
import type { PasswordId, PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { EnforcementOperation, PlannedOperation } from "../model/slot-operation.ts";
import type { ClockOperation } from "../time/lock-clock.ts";
import { holdsJunk } from "./junk.ts";

/** The next thing to do for one lock. */
export type Step =
  | {
      readonly kind: "perform";
      readonly operation: PlannedOperation;
      readonly slot: SlotRecord;
      /** The password that has the slot; null = the slot has none and is only read. */
      readonly passwordId: PasswordId | null;
      /** Why an audit reads the slot; an audit counts against the lock's budget of frames. */
      readonly audit?: AuditReason;
    }
  /** The lock's own schedules for a slot that holds our code. */
  | {
      readonly kind: "enforce";
      readonly operation: EnforcementOperation;
      readonly slot: SlotRecord;
    }
  /** The lock's own clock. */
  | { readonly kind: "clock"; readonly operation: ClockOperation }
  /** Something is known that is not recorded and published yet. It needs no radio. */
  | { readonly kind: "record"; readonly effects: Effects }
  | {
      readonly kind: "idle";
      readonly wakeAtMs: number | null;
      /** The lock sleeps, and a slot must be read when its next frame is received. */
      readonly awaitsFrame?: true;
    };

export interface PlanInput {
  readonly view: LockView;
  readonly time: TimeReading;
  /** No operation is sent to the lock before this time, ms UTC; null = one may be sent. */
  readonly blockedUntilMs: number | null;
  /** IANA zone of the lock's own clock; absent = the lock gets no schedules. */
  readonly timeZone?: string;
  /** Grants of passwords changed up to this time (ms UTC) are suspended; see `copySuspensionSetting`. */
  readonly suspendedThroughMs?: number;
  /** Limit of audits for one lock in one day; absent = no slot is audited. */
  readonly auditsPerDay?: AuditsPerDay;
  /** Least time between two audits of the lock, ms; absent = the default of its kind. */
  readonly auditSpacingMs?: number;
  /** The radio has been up since this time (ms UTC); absent = always. Earlier frames may be missing. */
  readonly radioUpSinceMs?: number;
  /** A frame of the lock was received just now, so it listens. */
  readonly isAwake?: boolean;
}

/** Ranks of the work on one lock: what takes access away always goes first. */
export const rank = {
  revoke: 0,
  revokeRead: 1,
  record: 2,
  grant: 3,
  grantRead: 3,
  clock: 4,
  preload: 5,
  enforcement: 6,
  verify: 7,
  audit: 8,
} as const;

export interface Priority {
  readonly rank: number;
  /** Among equal ranks the lowest goes first: the tenant whose window ends soonest. */
  readonly dueMs: number;
}

export type Work =
  | { readonly kind: "none"; readonly wakeAtMs: number | null; readonly awaitsFrame?: true }
  | { readonly kind: "blockGrants"; readonly wakeAtMs: number | null }
  | ({ readonly kind: "step"; readonly step: Step } & Priority);

/** Nothing can be done until something changes. */
export const nothingToDo: Work = { kind: "none", wakeAtMs: null };

/** Says whether work sets or enables a code. Then it waits for every revocation. */
export function isGrant(priority: Priority): boolean {
  return priority.rank === rank.grant || priority.rank === rank.preload;
}

/** Says whether the password comes from a restored copy and nobody has confirmed it since. */
export function isSuspended(
  { suspendedThroughMs }: PlanInput,
  { changedAtMs }: PasswordRecord,
): boolean {
  return suspendedThroughMs !== undefined && changedAtMs <= suspendedThroughMs;
}

/** How long a slot counts as empty after it was seen empty, ms. Later it is read again before it is written. */
export const emptyProofMs = 60_000;

/**
 * Says whether the slot was seen so long ago that a person may have set a code since, without an event. If it was seen
 * in the future, the time was set back since, and nobody knows how long ago it was.
 */
export function isEmptyProofOld({ verifiedAtMs }: SlotRecord, nowMs: number): boolean {
  if (verifiedAtMs === null) return false;
  return verifiedAtMs > nowMs || nowMs - verifiedAtMs > emptyProofMs;
}

/**
 * Says whether the slot holds a code that latchd did not set and that is not the password's own. A code made at the
 * keypad counts as attempted (`changedAtKeypad`) until the slot is seen empty: a code that comes later is foreign.
 */
export function isForeign(password: PasswordRecord, slot: SlotRecord): boolean {
  if (slot.content.kind !== "occupied") return false;
  if (slot.holder !== null && slot.holder !== password.id) return true;
  if (slot.attemptedRevision > 0 || holdsJunk(slot)) return false;
  return slot.content.mark === null || slot.content.mark !== password.code?.mark;
}

/** Says whether the lock can show what a slot holds. */
export function canRead(view: LockView): boolean {
  const { pinReadBack, userStatus, showsUserStatus } = view.lock.capabilities;
  return pinReadBack !== "silent" || (showsUserStatus ?? userStatus !== "no");
}

export function readOperation(view: LockView, userId: UserId): PlannedOperation {
  const name = view.lock.capabilities.pinReadBack === "silent" ? "getUserStatus" : "getPinCode";
  return { name, userId };
}

export function recordStep(effects: Effects): Work {
  return { kind: "step", rank: rank.record, step: { kind: "record", effects }, dueMs: 0 };
}

export function clearStep(slot: SlotRecord): Work {
  const clear: PlannedOperation = { name: "clearPinCode", userId: slot.userId };
  return slotStep(slot, clear, { rank: rank.revoke, dueMs: 0 });
}

/** The random code is set enabled, because some locks refuse to set a disabled code. */
export function overwriteStep(slot: SlotRecord): Work {
  const { userId } = slot;
  const set = { name: "setPinCode", userId, userStatus: "occupiedEnabled", isJunk: true } as const;
  return slotStep(slot, set, { rank: rank.revoke, dueMs: 0 });
}

export function slotStep(slot: SlotRecord, operation: PlannedOperation, priority: Priority): Work {
  const step: Step = { kind: "perform", operation, slot, passwordId: slot.holder };
  return { kind: "step", step, ...priority };
}

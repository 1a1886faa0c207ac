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
      /** Whose slot it is; null = a slot that is only read. */
      readonly passwordId: PasswordId | null;
      /** Read for no other reason than to know: counts against the lock's budget of frames. */
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
  /** Something is known now that was not told yet: no radio needed. */
  | { readonly kind: "record"; readonly effects: Effects }
  | {
      readonly kind: "idle";
      readonly wakeAtMs: number | null;
      /** The lock sleeps, and a slot is to be read with its next frame. */
      readonly awaitsFrame?: true;
    };

export interface PlanInput {
  readonly view: LockView;
  readonly time: TimeReading;
  /** The lock's link is left alone until then; null = it may be tried. */
  readonly blockedUntilMs: number | null;
  /** IANA zone of the lock's own clock; absent = windows are never told to the lock. */
  readonly timeZone?: string;
  /** Grants of passwords changed up to then (ms UTC) are held; see `copySuspensionSetting`. */
  readonly suspendedThroughMs?: number;
  /** So many slots are read per lock and day, at most, to find what is not known; absent = none. */
  readonly auditsPerDay?: AuditsPerDay;
  /** Two such reads are so far apart, at least, ms; absent = the usual. */
  readonly auditSpacingMs?: number;
  /** What locks told before then may have been missed, ms UTC; absent = nothing was. */
  readonly radioUpSinceMs?: number;
  /** A frame of the lock came just now: it listens. */
  readonly isAwake?: boolean;
}

/** Order of work on one lock: what takes access away always goes first. */
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
  /** Among equals the earliest goes first: the tenant whose window is over soonest. */
  readonly dueMs: number;
}

export type Work =
  | { readonly kind: "none"; readonly wakeAtMs: number | null; readonly awaitsFrame?: true }
  | { readonly kind: "blockGrants"; readonly wakeAtMs: number | null }
  | ({ readonly kind: "step"; readonly step: Step } & Priority);

/** What is best left until something changes. */
export const nothingToDo: Work = { kind: "none", wakeAtMs: null };

/** Does it put a code in or enable one? Then it waits for every revocation. */
export function isGrant(order: Priority): boolean {
  return order.rank === rank.grant || order.rank === rank.preload;
}

/** A code of a restored copy that nobody has confirmed since; see `copySuspensionSetting`. */
export function isSuspended(
  { suspendedThroughMs }: PlanInput,
  { changedAtMs }: PasswordRecord,
): boolean {
  return suspendedThroughMs !== undefined && changedAtMs <= suspendedThroughMs;
}

/** So long a slot that was seen empty is taken for empty; then it is read again before it is written. */
export const emptyProofMs = 60_000;

/** Was it so long ago that a person may have put a code there meanwhile, and nobody heard of it? */
export function isEmptyProofOld(slot: SlotRecord, nowMs: number): boolean {
  return slot.verifiedAtMs !== null && nowMs - slot.verifiedAtMs > emptyProofMs;
}

/**
 * Says whether the slot holds a code that latchd did not put there and that is not the password's own. A code made at the keypad
 * counts as attempted (`changedAtKeypad`), until the slot is seen empty: what comes after that is another one.
 */
export function isForeign(password: PasswordRecord, slot: SlotRecord): boolean {
  if (slot.content.kind !== "occupied") return false;
  if (slot.holder !== null && slot.holder !== password.id) return true;
  if (slot.attemptedRevision > 0 || holdsJunk(slot)) return false;
  return slot.content.mark === null || slot.content.mark !== password.code?.mark;
}

/** Can the lock tell what a slot holds at all? */
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

/** Enabled, because some locks refuse a code that is to be set disabled. */
export function overwriteStep(slot: SlotRecord): Work {
  const { userId } = slot;
  const set = { name: "setPinCode", userId, userStatus: "occupiedEnabled", isJunk: true } as const;
  return slotStep(slot, set, { rank: rank.revoke, dueMs: 0 });
}

export function slotStep(slot: SlotRecord, operation: PlannedOperation, order: Priority): Work {
  const step: Step = { kind: "perform", operation, slot, passwordId: slot.holder };
  return { kind: "step", step, ...order };
}

import { isKeptShutByLock, type ZonedMoment } from "../enforcement/slot-enforcement.ts";
import type { JournalEntry } from "../model/journal.ts";
import type { Effects, LockRecord, LockView } from "../model/lock.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import {
  clockDoubtSinceMs,
  clockRecheckMs,
  driftLimitSeconds,
  keepsTime,
} from "../time/lock-clock.ts";
import { closedSince, isOpen } from "../time/window.ts";
import { toZigbeeLocal } from "../time/zigbee-time.ts";
import { holdsJunk } from "./junk.ts";
import { mayHaveBegun } from "./target.ts";

/** A revocation this late is reported (`pwdRevokeOverdue`), and again after every repeat interval until it is done. */
export const overdueAfterMs = 60_000;
export const overdueRepeatMs = 3_600_000;

interface PendingRevocation {
  readonly password: PasswordRecord;
  readonly slot: SlotRecord;
  /** The time from which the code should not open any more, ms UTC. */
  readonly sinceMs: number;
}

/** What the caller knows beside the lock's records. */
export interface OverdueContext {
  /** IANA zone of the lock's clock; absent = not known. */
  readonly timeZone?: string | undefined;
  /** Records up to this time (ms UTC) come from a restored copy; see `copySuspensionSetting`. Absent = none does. */
  readonly suspendedThroughMs?: number;
}

type OverdueMoment = ZonedMoment & Pick<OverdueContext, "suspendedThroughMs">;

/** A code that may open although it should not, and since when (ms UTC). */
export interface OverdueRevocation {
  readonly passwordId: PasswordRecord["id"];
  readonly sinceMs: number;
}

/** Returns the codes that may open now although they should not, also those whose revocation is not late yet. */
export function overdueRevocations(
  view: LockView,
  nowMs: number,
  known: OverdueContext = {},
): readonly OverdueRevocation[] {
  return Array.from(pendingRevocations(view, momentOf(nowMs, known)), ({ password, sinceMs }) => ({
    passwordId: password.id,
    sinceMs,
  }));
}

/** Returns the reports of late revocations that are due now, or null if none is. */
export function overdueEffects(
  view: LockView,
  nowMs: number,
  known: OverdueContext = {},
): Effects | null {
  const slots: SlotRecord[] = [];
  const journal: JournalEntry[] = [];
  for (const pending of pendingRevocations(view, momentOf(nowMs, known))) {
    if (reportAtMs(pending) > nowMs) continue;
    slots.push({ ...pending.slot, overdueToldAtMs: nowMs });
    journal.push({
      kind: "event",
      event: "pwdRevokeOverdue",
      lock: view.lock.lock,
      detail: {
        password_id: pending.password.id,
        age: Math.floor((nowMs - pending.sinceMs) / 1000),
      },
    });
  }
  return slots.length === 0 ? null : { slots, journal };
}

/** Returns when the next late revocation must be reported, or null if none is pending. */
export function nextOverdueMs(
  view: LockView,
  nowMs: number,
  known: OverdueContext = {},
): number | null {
  const { timeZone } = known;
  const moment = momentOf(nowMs, known);
  const times = Array.from(pendingRevocations(view, moment), reportAtMs);
  // Once the lock's clock is in doubt, nothing shows that the lock keeps the code shut.
  if (timeZone !== undefined && hasEndedByLock(view, moment)) {
    const doubtMs = clockRecheckMs(view.lock, timeZone, nowMs);
    if (doubtMs !== null) times.push(doubtMs + overdueAfterMs);
  }
  return times.length === 0 ? null : Math.min(...times);
}

function momentOf(nowMs: number, { timeZone, suspendedThroughMs }: OverdueContext): OverdueMoment {
  return { nowMs, timeZone, ...(suspendedThroughMs === undefined ? {} : { suspendedThroughMs }) };
}

function hasEndedByLock(view: LockView, moment: ZonedMoment): boolean {
  return view.passwords.some(({ userId }) => {
    const slot = userId === null ? undefined : view.slots.get(userId);
    return slot !== undefined && isEndedByLock(view.lock, slot, moment);
  });
}

function reportAtMs({ slot, sinceMs }: PendingRevocation): number {
  return slot.overdueToldAtMs === null
    ? sinceMs + overdueAfterMs
    : slot.overdueToldAtMs + overdueRepeatMs;
}

function* pendingRevocations(view: LockView, moment: OverdueMoment): Generator<PendingRevocation> {
  for (const password of view.passwords) {
    if (password.userId === null) continue;
    const slot = view.slots.get(password.userId);
    if (slot === undefined || !mayBeLive(slot) || isUntouched(slot, moment)) continue;
    const revokedMs = revokedSinceMs(view.lock, password, slot, moment);
    if (revokedMs === null) continue;
    if (isKeptShutByLock(view.lock, password, slot, moment)) continue;
    if (isEndedByLock(view.lock, slot, moment)) continue;
    if (mayHaveBegun(password, slot, moment.nowMs)) continue;
    yield { password, slot, sinceMs: passedMs(revokedMs, moment.nowMs) };
  }
}

/**
 * A revocation of the future was wanted before a start whose time is behind the records. Nobody knows for how long the
 * gateway was off, so it counts as late now.
 */
function passedMs(sinceMs: number, nowMs: number): number {
  return sinceMs > nowMs ? nowMs - overdueAfterMs : sinceMs;
}

function mayBeLive(slot: SlotRecord): boolean {
  switch (slot.content.kind) {
    case "empty":
      return false;
    case "unknown":
      return slot.attemptedRevision > 0 || slot.mayDiffer;
    case "occupied":
      // latchd does not revoke a foreign code.
      return (
        slot.content.userStatus === "occupiedEnabled" &&
        !holdsJunk(slot) &&
        (slot.attemptedRevision > 0 || slot.mayDiffer)
      );
  }
}

/**
 * Says whether nothing was written into the slot since this password has it, so that nothing can be revoked. A
 * restored copy does not know what was written after it was made.
 */
function isUntouched(slot: SlotRecord, { suspendedThroughMs }: OverdueMoment): boolean {
  const { attemptedRevision, appliedRevision, heldSinceMs } = slot;
  if (attemptedRevision > 0 || appliedRevision > 0 || heldSinceMs === undefined) return false;
  return suspendedThroughMs === undefined || heldSinceMs > suspendedThroughMs;
}

function revokedSinceMs(
  lock: LockRecord,
  password: PasswordRecord,
  slot: SlotRecord,
  moment: ZonedMoment,
): number | null {
  if (password.consumedAtMs !== null) return password.consumedAtMs;
  const sinceMs = unwantedSinceMs(lock, password, slot, moment);
  if (sinceMs === null || slot.overdueToldAtMs === null) return sinceMs;
  // The password may have been changed again since the report; the reported age only grows.
  return Math.min(sinceMs, slot.overdueToldAtMs - overdueAfterMs);
}

function unwantedSinceMs(
  lock: LockRecord,
  password: PasswordRecord,
  slot: SlotRecord,
  moment: ZonedMoment,
): number | null {
  const { isDeleted, isFrozen, changedAtMs } = password;
  const isRevoked = isDeleted || isFrozen;
  const openableMs = openableSinceMs(lock, password, slot, moment);
  // If its window was over before the deletion, it should not have opened then either.
  if (isRevoked) return Math.min(openableMs ?? changedAtMs, changedAtMs);
  // Before its last change something else was wanted of it.
  return openableMs === null ? null : Math.max(openableMs, changedAtMs);
}

/**
 * Returns the time from which the code can open outside its window: the window's end, or the time from which the
 * lock could not be trusted any more to enforce a week. Null = its window is open, or it has none.
 */
function openableSinceMs(
  lock: LockRecord,
  { id, window, isDeleted, isFrozen, changedAtMs }: PasswordRecord,
  { guard, content }: SlotRecord,
  { nowMs, timeZone }: ZonedMoment,
): number | null {
  if (id === administratorId || isOpen(window, nowMs)) return null;
  // A window that has not begun was closed since the password's last change.
  const closedMs = closedSince(window, nowMs) ?? changedAtMs;
  if (timeZone === undefined || !isKept({ guard, content })) return closedMs;
  if (window.weekly === null) {
    if (!isStayOver({ guard }, nowMs, timeZone)) return closedMs;
    return Math.max(closedMs, clockDoubtSinceMs(lock, timeZone, nowMs) ?? closedMs);
  }
  const isEnforcementOver = (isDeleted || isFrozen) && keepsTime(lock, timeZone, nowMs);
  const keptMs = isEnforcementOver ? changedAtMs : clockDoubtSinceMs(lock, timeZone, nowMs);
  return Math.max(closedMs, keptMs ?? closedMs);
}

/** Says whether the lock has shown that it enforces a schedule for the code in this slot. */
function isKept({ guard, content }: Pick<SlotRecord, "guard" | "content">): boolean {
  return (
    guard.kind === "held" &&
    content.kind === "occupied" &&
    content.userType === guard.schedules.userType
  );
}

/** Says whether the lock's own schedule of this stay is over, even if its clock is as slow as it may be. */
function isStayOver(
  { guard }: Pick<SlotRecord, "guard">,
  nowMs: number,
  timeZone: string,
): boolean {
  if (guard.kind !== "held" || guard.schedules.userType !== "yearDay") return false;
  const slowestMs = nowMs - driftLimitSeconds * 1000;
  return toZigbeeLocal(slowestMs, timeZone) >= guard.schedules.yearDay.localEndSeconds;
}

/**
 * Says whether the lock keeps this code shut for good: the schedule that it has shown is over, and its clock is
 * right. latchd still clears the code, but it opens for nobody meanwhile.
 */
function isEndedByLock(lock: LockRecord, slot: SlotRecord, moment: ZonedMoment): boolean {
  const { timeZone, nowMs } = moment;
  if (timeZone === undefined || !isKept(slot)) return false;
  return isStayOver(slot, nowMs, timeZone) && keepsTime(lock, timeZone, nowMs);
}

import { wrongCodesAfterOpening } from "../alarm/alarm-policies.ts";
import { wrongCodeEffects } from "../alarm/wrong-code-alarm.ts";
import { afterOpenedOutside } from "../enforcement/outside-window.ts";
import { afterScheduleRefusal } from "../enforcement/schedule-doubt.ts";
import type { TimeReading } from "../model/clock.ts";
import type { UserId } from "../model/door-lock.ts";
import type { JournalEntry } from "../model/journal.ts";
import type { Effects, LockRecord, LockView } from "../model/lock.ts";
import type { LockEvent } from "../model/lock-event.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import { targetOf } from "../plan/target.ts";
import { unlockIdOf } from "./credential.ts";
import {
  accessRefusedEvent,
  isClosing,
  isOpening,
  isWrongCode,
  openingEvent,
  refusalOf,
} from "./opening.ts";
import { withoutRemote } from "./remote-operation.ts";
import { slotDoubtedByOpening } from "./slot-doubt.ts";

type OperationEvent = Extract<LockEvent, { kind: "operationEvent" }>;

/** Returns the effects of an operation event: somebody operated the lock, or tried to. */
export function reduceOperationEvent(
  view: LockView,
  event: OperationEvent,
  time: TimeReading,
): Effects {
  const lock = withProvenEvents(view.lock);
  if (isWrongCode(event.code) && event.source === "keypad") {
    return wrongCodeEffects(lock, time.nowMs);
  }
  if (isOpening(event.code)) return openingEffects({ ...view, lock }, event, time.nowMs);
  const refusal = refusalOf(event.code);
  if (refusal !== null) {
    const holder = holderOf(view, event);
    const unlockId = unlockIdOf(event.source, event.userId, holder);
    const attempt = { ...attemptOf(event, time.nowMs), holder, unlockId };
    const row = accessRefusedEvent(lock, attempt, refusal);
    const isBySchedule = refusal === "schedule" && holder !== null;
    const doubt = isBySchedule ? afterScheduleRefusal({ ...view, lock }, holder, time.nowMs) : null;
    return { ...(lock === view.lock ? {} : { lock }), ...doubt, journal: [row] };
  }
  if (isClosing(event.code)) {
    return { lock: { ...withoutReportedRemote(lock, event, time.nowMs), lockState: "locked" } };
  }
  return lock === view.lock ? {} : { lock };
}

function withProvenEvents(lock: LockRecord): LockRecord {
  if (lock.capabilities.operationEvents === "yes") return lock;
  return { ...lock, capabilities: { ...lock.capabilities, operationEvents: "yes" } };
}

function attemptOf({ source, userId }: OperationEvent, nowMs: number) {
  return { atMs: nowMs, source, userId } as const;
}

function openingEffects(view: LockView, event: OperationEvent, nowMs: number): Effects {
  const holder = holderOf(view, event);
  const lock: LockRecord = {
    ...withoutReportedRemote(view.lock, event, nowMs),
    lockState: "unlocked",
    openingPendingAtMs: null,
    openedAtMs: nowMs,
    ...wrongCodesAfterOpening({
      wrongCodes: view.lock.wrongCodes,
      wrongCodeAtMs: view.lock.wrongCodeAtMs,
    }),
  };
  const unlockId = unlockIdOf(event.source, event.userId, holder);
  const unknownUserId = event.source === "keypad" && holder === null ? event.userId : null;
  const journal: JournalEntry[] = [
    openingEvent(lock, { ...attemptOf(event, nowMs), holder, unlockId }),
  ];
  if (holder?.isDuress === true || isDuressCredential(lock, unlockId)) {
    // The cloud receives the silent alarm before the opening.
    journal.unshift({
      kind: "event",
      event: "duressAlarm",
      lock: lock.lock,
      detail: {
        ...(unlockId === null ? {} : { unlock_id: unlockId }),
        ...(holder === null ? {} : { password_id: holder.id, source_name: holder.name }),
      },
    });
  }
  if (holder === null) return { lock, journal, ...doubtEffects(view, unknownUserId, nowMs) };
  const isOutside = targetOf(holder, lock.capabilities, nowMs) !== "open";
  if (isOutside) {
    journal.push({
      kind: "event",
      event: "outOfWindowOpen",
      lock: lock.lock,
      detail: { password_id: holder.id },
    });
  }
  const after = isOutside ? afterOpenedOutside({ ...view, lock }, holder, nowMs) : { lock };
  const used = afterUse(holder, nowMs);
  if (used === null) return { ...after, journal };
  // A password is used up with this batch. The slot is cleared later, so a crash in between is harmless.
  const slots = used.consumedAtMs === null ? {} : usedSlotEffects(view, holder);
  return { ...slots, ...after, journal, passwords: [used] };
}

/** Returns the password after one more opening, or null if its openings need not be counted. */
function afterUse(holder: PasswordRecord, nowMs: number): PasswordRecord | null {
  const { isOneTime, consumedAtMs, revision, uses } = holder;
  if (consumedAtMs !== null) return null;
  const counted = uses === undefined ? uses : { ...uses, count: uses.count + 1 };
  const used = counted === undefined ? holder : { ...holder, uses: counted };
  const isLast = isOneTime || (counted !== undefined && counted.count >= counted.limit);
  if (isLast) return { ...used, consumedAtMs: nowMs, revision: revision + 1 };
  return counted === undefined ? null : used;
}

/**
 * Returns the lock without the remote operation whose effect it reported. An older entry of its log is another
 * event.
 */
function withoutReportedRemote(lock: LockRecord, event: OperationEvent, nowMs: number): LockRecord {
  const { remote = null } = lock;
  if (remote === null || (remote.action === "unlock") !== isOpening(event.code)) return lock;
  return event.source === "rf" || nowMs >= remote.sentAtMs ? withoutRemote(lock) : lock;
}

function doubtEffects(
  view: LockView,
  userId: UserId | null,
  nowMs: number,
): Pick<Effects, "slots"> {
  const slot = userId === null ? null : slotDoubtedByOpening(view, userId, nowMs);
  return slot === null ? {} : { slots: [slot] };
}

function isDuressCredential(
  { duressCredentials = [] }: LockRecord,
  unlockId: string | null,
): boolean {
  return unlockId !== null && duressCredentials.includes(unlockId);
}

/** Returns the password that has the slot at this moment: a later holder does not change the history. */
function holderOf(view: LockView, event: OperationEvent): PasswordRecord | null {
  if (event.userId === null || event.source !== "keypad") return null;
  const slot = view.slots.get(event.userId);
  const holder = view.passwords.find((password) => password.id === slot?.holder);
  return slot !== undefined && holder !== undefined && wasEverIn(slot, holder) ? holder : null;
}

/** Returns whether a code of the holder may have been in the slot. If not, another code opened the lock. */
function wasEverIn(slot: SlotRecord, holder: PasswordRecord): boolean {
  if (slot.appliedRevision > 0 || slot.attemptedRevision > 0) return true;
  const { content } = slot;
  return content.kind === "occupied" && content.mark !== null && content.mark === holder.code?.mark;
}

function usedSlotEffects(view: LockView, holder: PasswordRecord): Pick<Effects, "slots"> {
  const slot = holder.userId === null ? undefined : view.slots.get(holder.userId);
  return slot === undefined ? {} : { slots: [{ ...slot, mayDiffer: true }] };
}

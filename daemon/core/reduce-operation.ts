import { openedWell } from "./alarms.ts";
import type { TimeReading } from "./clock.ts";
import type { JournalEntry } from "./journal.ts";
import type { Effects, LockRecord, LockView } from "./lock.ts";
import type { LockEvent } from "./lock-event.ts";
import { isOpening, isWrongCode, openingEvent } from "./opening.ts";
import { afterOpenedOutside } from "./outside-window.ts";
import type { PasswordRecord } from "./password.ts";
import { targetOf } from "./target.ts";
import { toldWrongCode } from "./told.ts";

type OperationEvent = Extract<LockEvent, { kind: "operationEvent" }>;

/** Somebody worked the lock, or tried to. */
export function reduceOperationEvent(
  view: LockView,
  event: OperationEvent,
  time: TimeReading,
): Effects {
  const lock = withProvenEvents(view.lock);
  if (isWrongCode(event.code) && event.source === "keypad") {
    return toldWrongCode(lock, time.nowMs);
  }
  if (isOpening(event.code)) return opened({ ...view, lock }, event, time.nowMs);
  switch (event.code) {
    case "lock":
    case "oneTouchLock":
    case "keyLock":
    case "autoLock":
    case "scheduleLock":
    case "manualLock":
      return { lock: { ...lock, lockState: "locked" } };
    default:
      return lock === view.lock ? {} : { lock };
  }
}

function withProvenEvents(lock: LockRecord): LockRecord {
  if (lock.capabilities.operationEvents === "yes") return lock;
  return { ...lock, capabilities: { ...lock.capabilities, operationEvents: "yes" } };
}

function opened(view: LockView, event: OperationEvent, nowMs: number): Effects {
  const holder = holderOf(view, event);
  const lock: LockRecord = {
    ...view.lock,
    lockState: "unlocked",
    openingPendingAtMs: null,
    openedAtMs: nowMs,
    ...openedWell({ wrongCodes: view.lock.wrongCodes, wrongCodeAtMs: view.lock.wrongCodeAtMs }),
  };
  const journal: JournalEntry[] = [
    openingEvent(lock, { atMs: nowMs, source: event.source, holder }),
  ];
  if (holder === null) return { lock, journal };
  if (holder.isDuress) {
    journal.unshift({
      kind: "event",
      event: "duressAlarm",
      lock: lock.lock,
      detail: { password_id: holder.id, source_name: holder.name },
    });
  }
  const isOutside = targetOf(holder, lock.capabilities, nowMs) !== "open";
  if (isOutside) {
    journal.push({
      kind: "event",
      event: "outOfWindowOpen",
      lock: lock.lock,
      detail: { password_id: holder.id },
    });
  }
  if (isOutside) return { ...afterOpenedOutside({ ...view, lock }, holder, nowMs), journal };
  if (!holder.isOneTime) return { lock, journal };
  // Dead from this batch on: the slot is cleared after, and a crash in between changes nothing.
  const consumed: PasswordRecord = {
    ...holder,
    consumedAtMs: nowMs,
    revision: holder.revision + 1,
  };
  return { lock, journal, passwords: [consumed], ...touched(view, holder) };
}

/** Whoever the slot belongs to at this moment: later re-use of the slot does not rewrite history. */
function holderOf(view: LockView, event: OperationEvent): PasswordRecord | null {
  if (event.userId === null || event.source !== "keypad") return null;
  const id = view.slots.get(event.userId)?.holder ?? null;
  return id === null ? null : (view.passwords.find((password) => password.id === id) ?? null);
}

function touched(view: LockView, holder: PasswordRecord): Pick<Effects, "slots"> {
  const slot = holder.userId === null ? undefined : view.slots.get(holder.userId);
  return slot === undefined ? {} : { slots: [{ ...slot, mayDiffer: true }] };
}

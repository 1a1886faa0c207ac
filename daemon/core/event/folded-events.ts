import type { EventName } from "../model/journal.ts";
import type { Effects, LockRecord } from "../model/lock.ts";
import type { LockEvent } from "../model/lock-event.ts";
import { isOpening, refusalOf } from "./opening.ts";

/**
 * Returns the entry that counts events which were folded before they were stored: openings and refused users. Of
 * wrong codes, closings and states the newest was passed on, and they have no entry of their own.
 */
export function foldedEffects(
  lock: LockRecord,
  { operations, unlockReports }: Extract<LockEvent, { kind: "folded" }>,
): Effects {
  const events: Partial<Record<EventName, number>> = {};
  const add = (name: EventName, count: number) => {
    if (count > 0) events[name] = (events[name] ?? 0) + count;
  };
  for (const { code, count } of operations) {
    if (isOpening(code)) add("lockerOpenAlarm", count);
    if (refusalOf(code) !== null) add("accessRefused", count);
  }
  // A lock that sends operation events reports the state of each opening as well.
  if (lock.capabilities.operationEvents !== "yes") add("lockerOpenAlarm", unlockReports);
  const count = Object.values(events).reduce((sum, one) => sum + one, 0);
  if (count === 0) return {};
  const detail = { reason: "flood", count, events };
  return { journal: [{ kind: "event", event: "journalGap", lock: lock.lock, detail }] };
}

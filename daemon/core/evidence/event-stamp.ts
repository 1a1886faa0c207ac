import type { Effects, LockView } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import { eventSeqOf } from "./event-sequence.ts";

/**
 * Returns the event's effects with the next event number in the lock's record and in the slots that the event may be
 * about, so that answers to earlier requests count as older.
 * @param concerned the slots that the event may be about
 */
export function withEventStamp(
  view: LockView,
  concerned: readonly SlotRecord[],
  effects: Effects,
  nowMs: number,
): Effects {
  const lock = effects.lock ?? view.lock;
  const lastEventSeq = eventSeqOf(lock) + 1;
  const written = new Map((effects.slots ?? []).map((slot) => [slot.userId, slot]));
  for (const slot of concerned) if (!written.has(slot.userId)) written.set(slot.userId, slot);
  const slots = Array.from(
    written.values(),
    (slot): SlotRecord => ({ ...slot, lastEventSeq, toldAtMs: nowMs }),
  );
  return { ...effects, lock: { ...lock, slotEventSeq: lastEventSeq }, slots };
}

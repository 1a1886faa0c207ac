import type { Effects } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import { withAnswer } from "./capability-evidence.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { isNewerRevisionWanted } from "./refusal.ts";

/** Says whether the slot may have held a code of ours when the set was sent. */
export function holdsOurs({ slot, planned = slot }: OutcomeInput): boolean {
  const wasTried = planned.attemptedRevision > 0 || planned.appliedRevision > 0;
  return wasTried && planned.content.kind !== "empty";
}

/**
 * A duplicate may be the slot's own code: an earlier set was carried out and its answer lost, and the lock
 * does not show which code of ours is in there.
 */
export function mayHoldDuplicateItself(input: OutcomeInput): boolean {
  const { slot, planned = slot } = input;
  const { content } = planned;
  const isShown = content.kind === "occupied" && content.mark !== null;
  return holdsOurs(input) && !isShown;
}

/**
 * The slot is cleared and set again at once: that tells a code of its own from one in another slot, and
 * leaves no older code of ours behind. It happens once: a duplicate for an empty slot is final.
 */
export function clearFirstEffects(input: OutcomeInput): Effects {
  const { lock, slot } = input;
  const next: SlotRecord = {
    ...slot,
    content: {
      kind: "occupied",
      mark: null,
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    },
    confidence: "unconfirmed",
    mayDiffer: isNewerRevisionWanted(input),
    // After a refusal the plan clears before it sets.
    refusals: Math.max(slot.refusals, 1),
  };
  return { lock: withAnswer(lock, lock.capabilities), slots: [next] };
}

/**
 * Another slot of ours holds the code, or may hold it, and is to give it up: the refusal is not the last word.
 */
export function isDuplicateLeaving({ view, slot, sent }: OutcomeInput): boolean {
  if (view === undefined) return false;
  for (const other of view.slots.values()) {
    if (other.userId === slot.userId || other.holder === null) continue;
    const holder = view.passwords.find(({ id }) => id === other.holder);
    const isWantedThere = holder?.isDeleted === false && holder.code?.mark === sent.mark;
    if (!isWantedThere && mayHold(other, sent.mark)) return true;
  }
  return false;
}

function mayHold(
  { content, attemptedRevision, appliedRevision }: SlotRecord,
  mark: string | null,
): boolean {
  switch (content.kind) {
    case "empty":
      return false;
    case "unknown":
      return attemptedRevision > 0 || appliedRevision > 0;
    case "occupied":
      return content.mark === mark;
  }
}

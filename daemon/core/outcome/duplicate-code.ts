import type { Effects } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import { withAnswer } from "./capability-evidence.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { isNewerRevisionWanted } from "./refusal.ts";

/** Returns whether the slot may have had a managed code when the set was sent. */
export function mayHaveHadManagedCode({ slot, planned = slot }: OutcomeInput): boolean {
  const wasTried = planned.attemptedRevision > 0 || planned.appliedRevision > 0;
  return wasTried && planned.content.kind !== "empty";
}

/**
 * Returns whether the duplicate may be the slot's own code: the lock performed an earlier set whose answer was
 * lost, and does not show which code the slot has.
 */
export function mayHoldDuplicateItself(input: OutcomeInput): boolean {
  const { slot, planned = slot } = input;
  const { content } = planned;
  const isShown = content.kind === "occupied" && content.mark !== null;
  return mayHaveHadManagedCode(input) && !isShown;
}

/**
 * Returns the effects after which the plan clears the slot and sets it again at once. That distinguishes the
 * slot's own code from one in another slot, and leaves no older code. It happens once: a duplicate for an empty
 * slot is final.
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
    // With a refusal counted, the plan clears before it sets.
    refusals: Math.max(slot.refusals, 1),
  };
  return { lock: withAnswer(lock, lock.capabilities), slots: [next] };
}

/** Returns whether another managed slot has or may have the code and will be cleared: then a retry can succeed. */
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

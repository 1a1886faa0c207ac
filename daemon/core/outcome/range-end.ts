import type { Effects } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { refusalLimit } from "./refusal-limits.ts";

/**
 * Some locks count more slots in numOfPinUsersSupported than they have. Two neighbours that the lock says it does
 * not have (INVALID_FIELD, three times each), above every slot that it ever showed, end the range. One alone may be
 * an id that the vendor reserves.
 * @returns the lock with the last user id that is left, and the slots behind it as empty; null = nothing is proved
 */
export function rangeEnd(input: OutcomeInput): Required<Pick<Effects, "lock" | "slots">> | null {
  const { lock, slot, view, outcome } = input;
  if (view === undefined || outcome.kind !== "refused" || outcome.status !== "invalidField") {
    return null;
  }
  const { capabilities } = lock;
  const isLast = isUntouched(slot) && slot.refusals + 1 >= refusalLimit;
  if (!isLast || slot.userId > capabilities.lastUserId) return null;
  const missing = [slot];
  for (let at = view.slots.get(slot.userId - 1); isRefused(at); ) {
    missing.unshift(at);
    at = view.slots.get(at.userId - 1);
  }
  const lowest = missing[0]?.userId ?? slot.userId;
  if (missing.length < 2 || lowest <= capabilities.firstUserId) return null;
  const seen = [...view.slots.values()].filter(({ verifiedAtMs }) => verifiedAtMs !== null);
  if (seen.length === 0 || seen.some(({ userId }) => userId >= lowest)) return null;
  return {
    lock: { ...lock, capabilities: { ...capabilities, lastUserId: lowest - 1 } },
    slots: missing.map((one) => ({
      ...one,
      // The lock said so itself: nothing opens in a slot that is not there.
      content: { kind: "empty" },
      confidence: "confirmed",
      mayDiffer: false,
      refusals: Math.max(one.refusals, refusalLimit),
      retryAtMs: null,
    })),
  };
}

function isRefused(slot: SlotRecord | undefined): slot is SlotRecord {
  return slot !== undefined && isUntouched(slot) && slot.refusals >= refusalLimit;
}

/** It was never shown, and nothing of ours can be in it. */
function isUntouched({ verifiedAtMs, appliedRevision, attemptedRevision }: SlotRecord): boolean {
  return verifiedAtMs === null && appliedRevision === 0 && attemptedRevision === 0;
}

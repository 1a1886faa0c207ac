import type { Effects } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { refusalLimit } from "./refusal-limits.ts";

/**
 * Some locks have fewer slots than numOfPinUsersSupported says. Two neighbours that the lock says it does not have
 * (INVALID_FIELD, three times each), above every slot that it ever showed, prove the end. One alone may be an id
 * that the vendor reserves.
 * @returns the lock with its last user id, and the slots after it as empty; null = nothing is proved
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
      // The lock said that it has no such slot, so no code can be in it.
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

/** The slot was never shown, and cannot have a managed code. */
function isUntouched({ verifiedAtMs, appliedRevision, attemptedRevision }: SlotRecord): boolean {
  return verifiedAtMs === null && appliedRevision === 0 && attemptedRevision === 0;
}

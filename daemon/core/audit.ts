import { canRead, nothingToDo, type PlanInput, rank, read, type Work } from "./plan-work.ts";
import type { SlotRecord } from "./slot.ts";

const dayMs = 86_400_000;

/**
 * One slot is read again from time to time, the one that was not looked at for longest, so that what
 * changed without a word is found: at most `auditsPerDay` frames per lock and day, and a sleeping lock
 * only while it is awake anyway. What the read shows is taken up like any other.
 */
export function auditWork(input: PlanInput): Work {
  const { view, time, auditsPerDay, isAwake } = input;
  if (auditsPerDay === undefined || auditsPerDay < 1 || !canRead(view)) return nothingToDo;
  const dueMs = auditDueMs(view.lock, auditsPerDay);
  const slot = oldest([...view.slots.values()]);
  if (slot === null) return nothingToDo;
  if (dueMs > time.nowMs) return { kind: "none", wakeAtMs: dueMs };
  // Its next frame wakes the plan.
  if (view.lock.capabilities.isSleepy && isAwake !== true) return nothingToDo;
  const operation = read(view, slot.userId);
  const step = {
    kind: "perform",
    operation,
    slot,
    passwordId: slot.holder,
    isAudit: true,
  } as const;
  return { kind: "step", step, rank: rank.audit, dueMs: 0 };
}

/** When the next slot of a lock may be read for no other reason. */
export function auditDueMs(
  lock: { readonly auditedAtMs: number | null; readonly pairedAtMs: number },
  auditsPerDay: number,
): number {
  return (lock.auditedAtMs ?? lock.pairedAtMs) + dayMs / auditsPerDay;
}

/** Slots that hold something, or are to; what is empty and nobody's is not worth a frame. */
function oldest(slots: readonly SlotRecord[]): SlotRecord | null {
  let found: SlotRecord | null = null;
  for (const slot of slots) {
    const isWorth = slot.holder !== null || slot.content.kind === "occupied";
    if (!isWorth || slot.content.kind === "unknown") continue;
    if (found === null || (slot.verifiedAtMs ?? 0) < (found.verifiedAtMs ?? 0)) found = slot;
  }
  return found;
}

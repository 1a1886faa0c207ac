import { scheduleKnowledge } from "../enforcement/slot-enforcement.ts";
import { slotHistory } from "../evidence/event-sequence.ts";
import type { LockView } from "../model/lock.ts";
import type { PasswordRecord } from "../model/password.ts";
import { type SlotRecord, unknownSlot } from "../model/slot.ts";
import { clearStep, nothingToDo, type PlanInput, recordStep, type Work } from "./plan-work.ts";
import { targetOf } from "./target.ts";

/**
 * Clears or takes over a slot that no password has and that holds the code of a password with another slot, as after
 * a restore from a copy that did not know the slot. A lock that takes a code twice would open for it after the
 * password is over, so the surplus code is cleared. A lock that refused the code as a duplicate has it only in this
 * slot, so the password gets this slot.
 */
export function surplusWork({ view, time }: PlanInput, slot: SlotRecord): Work {
  const password = ownerOf(view, slot);
  const own = password === undefined ? undefined : view.slots.get(password.userId);
  if (password === undefined || own?.holder !== password.id) return nothingToDo;
  const { retryAtMs } = slot;
  if (retryAtMs !== null && retryAtMs > time.nowMs) return { kind: "none", wakeAtMs: retryAtMs };
  if (targetOf(password, view.lock.capabilities, time.nowMs) !== "open") return clearStep(slot);
  if (isTwice(own, slot)) return clearStep(slot);
  const isRefused = own.content.kind === "empty" && password.failure === "duplicate";
  return isRefused && isAllocatable(view, slot)
    ? recordStep(takenOver(password, own, slot))
    : nothingToDo;
}

type PasswordWithSlot = PasswordRecord & { readonly userId: number };

/** Returns the password of another slot that has this slot's code, if no password has this slot. */
function ownerOf({ passwords }: LockView, slot: SlotRecord): PasswordWithSlot | undefined {
  const { content, holder } = slot;
  if (holder !== null || content.kind !== "occupied" || content.mark === null) return undefined;
  const { mark } = content;
  return passwords.find(
    (password): password is PasswordWithSlot =>
      password.userId !== null && password.userId !== slot.userId && password.code?.mark === mark,
  );
}

/** Says whether the lock has shown that the password's own slot holds the same code. */
function isTwice(own: SlotRecord, { content }: SlotRecord): boolean {
  return (
    own.content.kind === "occupied" &&
    content.kind === "occupied" &&
    own.content.mark === content.mark &&
    own.confidence === "confirmed"
  );
}

function isAllocatable({ lock }: LockView, { userId }: SlotRecord): boolean {
  const { firstUserId, lastUserId, reservedUserIds } = lock.capabilities;
  return userId >= firstUserId && userId <= lastUserId && !reservedUserIds.includes(userId);
}

function takenOver(password: PasswordRecord, own: SlotRecord, slot: SlotRecord) {
  const { content, confidence, verifiedAtMs } = own;
  const free: SlotRecord = {
    ...unknownSlot(own.lock, own.userId),
    content,
    confidence,
    verifiedAtMs,
    ...scheduleKnowledge(own),
    ...slotHistory(own),
  };
  const taken: SlotRecord = {
    ...slot,
    holder: password.id,
    heldSinceMs: password.changedAtMs,
    attemptedRevision: password.revision,
    refusals: 0,
    parkedRevision: null,
  };
  const wanted: PasswordRecord = {
    ...password,
    userId: slot.userId,
    operationStage: "inProgress",
    failure: null,
  };
  return { slots: [free, taken], passwords: [wanted] };
}

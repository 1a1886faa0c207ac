import { scheduleKnowledge } from "../enforcement/slot-enforcement.ts";
import { slotHistory } from "../evidence/event-sequence.ts";
import type { LockView } from "../model/lock.ts";
import type { PasswordRecord } from "../model/password.ts";
import { type SlotRecord, unknownSlot } from "../model/slot.ts";
import { clearStep, nothingToDo, type PlanInput, recordStep, type Work } from "./plan-work.ts";
import { targetOf } from "./target.ts";

/**
 * A slot of nobody's holds the code of a password that has another slot, as after a restore from a copy that did
 * not know the slot. A lock that takes the code twice would go on opening after the password is deleted or over:
 * the surplus code is cleared. A lock that refused the code as a duplicate has it in this slot only: the password
 * takes the slot over.
 */
export function surplusWork({ view, time }: PlanInput, slot: SlotRecord): Work {
  const { content, holder, retryAtMs } = slot;
  if (holder !== null || content.kind !== "occupied" || content.mark === null) return nothingToDo;
  const password = ownerOf(view, slot, content.mark);
  if (password === undefined) return nothingToDo;
  const own = view.slots.get(password.userId);
  if (own?.holder !== password.id) return nothingToDo;
  if (retryAtMs !== null && retryAtMs > time.nowMs) return { kind: "none", wakeAtMs: retryAtMs };
  if (targetOf(password, view.lock.capabilities, time.nowMs) !== "open") return clearStep(slot);
  if (own.content.kind === "occupied") {
    const isTwice = own.content.mark === content.mark && own.confidence === "confirmed";
    return isTwice ? clearStep(slot) : nothingToDo;
  }
  const isRefused = own.content.kind === "empty" && password.failure === "duplicate";
  return isRefused && isGiven(view, slot)
    ? recordStep(takenOver(password, own, slot))
    : nothingToDo;
}

type Seated = PasswordRecord & { readonly userId: number };

function ownerOf({ passwords }: LockView, slot: SlotRecord, mark: string): Seated | undefined {
  return passwords.find(
    (password): password is Seated =>
      password.userId !== null && password.userId !== slot.userId && password.code?.mark === mark,
  );
}

function isGiven({ lock }: LockView, { userId }: SlotRecord): boolean {
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

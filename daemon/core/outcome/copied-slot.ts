import { scheduleKnowledge } from "../enforcement/slot-enforcement.ts";
import { slotHistory } from "../evidence/event-sequence.ts";
import { driftOf } from "../evidence/slot-drift.ts";
import type { Effects } from "../model/lock.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";
import { type SlotRecord, unknownSlot } from "../model/slot.ts";
import { isOver } from "../plan/target.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { passwordOperationEvent } from "./password-event.ts";

/** What is known of the slot, as the restored copy says it: what a read is compared with. */
export function slotAsCopied(slot: SlotRecord): SlotRecord {
  const { copied, ...rest } = slot;
  if (copied === undefined || slot.content.kind !== "unknown") return rest;
  return { ...rest, content: copied, confidence: "confirmed", mayDiffer: false };
}

/** What the copy said does not count any more: the slot was read or written. */
export function withoutCopied(slot: SlotRecord): SlotRecord {
  const { copied: _old, ...rest } = slot;
  return rest;
}

/**
 * Returns what it means that a slot does not hold what a restored copy says of it. The lock is newer than
 * the copy: a password whose code is gone from its slot, or gave way to another code, was ended or changed
 * after the copy was made. It is told (`slotDrift`) and failed as `lost`; only a person or the cloud wants it
 * again. A code in its place is nobody's here.
 * @param shown the slot as the lock shows it now
 * @returns null = the copy is right, as far as the lock shows, or the administrator's code is concerned
 */
export function outdatedCopyEffects(input: OutcomeInput, shown: SlotRecord): Effects | null {
  const { lock, slot, holder, nowMs } = input;
  if (slot.copied?.kind !== "occupied" || holder === null || holder.id === administratorId) {
    return null;
  }
  const known = slotAsCopied(slot);
  if (shown.content.kind !== "empty" && !isOtherCode(known, shown, holder)) return null;
  const isEnded = isOver(holder, nowMs);
  if (isEnded && shown.content.kind === "empty") return null;
  const journal = driftOf(known, shown, holder);
  const { content, confidence, verifiedAtMs } = shown;
  const free: SlotRecord = {
    ...unknownSlot(slot.lock, slot.userId),
    content,
    confidence,
    verifiedAtMs,
    ...scheduleKnowledge(shown),
    ...slotHistory(shown),
  };
  const gone: PasswordRecord = { ...holder, userId: null };
  if (isEnded) return { lock, slots: [free], passwords: [gone], journal };
  const lost: PasswordRecord = { ...gone, operationStage: "failed", failure: "lost" };
  const told = passwordOperationEvent(lost, holder.operationStage);
  return { lock, slots: [free], passwords: [lost], journal: [...journal, told] };
}

/** A code that is neither the copy's nor one that latchd was about to set when the copy was made. */
function isOtherCode(
  { content, sentMark }: SlotRecord,
  shown: SlotRecord,
  { code }: PasswordRecord,
): boolean {
  if (content.kind !== "occupied" || shown.content.kind !== "occupied") return false;
  const { mark } = shown.content;
  const known = [content.mark, sentMark, code?.mark];
  return mark !== null && content.mark !== null && !known.includes(mark);
}

import { scheduleKnowledge } from "../enforcement/slot-enforcement.ts";
import { slotHistory } from "../evidence/event-sequence.ts";
import { driftOf } from "../evidence/slot-drift.ts";
import type { Effects } from "../model/lock.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";
import { type SlotRecord, unknownSlot } from "../model/slot.ts";
import { isOver } from "../plan/target.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { passwordOperationEvent } from "./password-event.ts";

/** Returns the slot with the content that the restored backup says, for a comparison with a read. */
export function slotAsCopied(slot: SlotRecord): SlotRecord {
  const { copied, ...rest } = slot;
  if (copied === undefined || slot.content.kind !== "unknown") return rest;
  return { ...rest, content: copied, confidence: "confirmed", mayDiffer: false };
}

/** Returns the slot without the content of the backup, because the slot was read or written since. */
export function withoutCopied(slot: SlotRecord): SlotRecord {
  const { copied: _old, ...rest } = slot;
  return rest;
}

/**
 * Returns the effects if a slot does not have the content that a restored backup says. The lock is newer than
 * the backup: a password whose code is missing or replaced was deleted or changed after the backup. It fails as
 * `lost` with `slotDrift`, and only a person or the cloud can set it again. A code in its place is unmanaged.
 * @param shown the slot as the lock shows it now
 * @returns null if the backup is right as far as the lock shows, or for the administrator's code
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
  const failed = passwordOperationEvent(lost, holder.operationStage);
  return { lock, slots: [free], passwords: [lost], journal: [...journal, failed] };
}

/** Returns whether the code is neither the backup's nor one that latchd was about to set when the backup was made. */
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

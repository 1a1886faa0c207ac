import { scheduleKnowledge } from "../enforcement/slot-enforcement.ts";
import { slotHistory } from "../evidence/event-sequence.ts";
import { keypadDeletionEvent, keypadEvent } from "../keypad/keypad-event.ts";
import type { Effects } from "../model/lock.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";
import { type SlotRecord, unknownSlot } from "../model/slot.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { isNewerRevisionWanted } from "./refusal.ts";

/**
 * Returns the effects of the read after an edit at the keypad: the edit is published with its code.
 * @param base the slot as it was shown
 */
export function editEffects(input: OutcomeInput, base: SlotRecord): Effects {
  const { holder, slot, outcome } = input;
  const slots = [{ ...base, localEdit: null }];
  if (holder === null || slot.localEdit === null) return { slots };
  const event = slot.localEdit === "added" ? "pwdAddLocal" : "pwdUpdateLocal";
  const withoutCode = keypadEvent(event, { ...holder, code: null });
  // Another code is desired since, and the read code is sealed for the one before.
  if (isNewerRevisionWanted(input)) return { slots, journal: [withoutCode] };
  if (base.content.kind === "empty" && holder.id !== administratorId) {
    // The person has deleted the code before it could be read.
    const free = {
      ...unknownSlot(base.lock, base.userId),
      ...scheduleKnowledge(base),
      ...slotHistory(base),
    };
    const { content, confidence, verifiedAtMs } = base;
    return {
      slots: [{ ...free, content, confidence, verifiedAtMs }],
      removedPasswords: [holder.id],
      journal: [withoutCode, keypadDeletionEvent(holder)],
    };
  }
  const password: PasswordRecord = {
    ...holder,
    code: outcome.kind === "read" ? outcome.code : null,
  };
  return { slots, passwords: [password], journal: [keypadEvent(event, password)] };
}

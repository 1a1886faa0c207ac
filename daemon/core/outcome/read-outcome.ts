import { leftoverSchedules } from "../enforcement/slot-enforcement.ts";
import { isUndecidable } from "../evidence/event-sequence.ts";
import { expected, provenEdit } from "../evidence/proven-edit.ts";
import {
  isBoundForGood,
  recalled,
  type Shown,
  sameContent,
} from "../evidence/shown-slot-content.ts";
import type { Effects } from "../model/lock.ts";
import type { SlotContent, SlotRecord } from "../model/slot.ts";
import { enforcementAfterWrite } from "./accepted-write.ts";
import { abilitiesAfterRead, abilitiesAfterStatus, withAnswer } from "./capability-evidence.ts";
import { withoutCopied } from "./copied-slot.ts";
import { editEffects } from "./keypad-edit.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { differenceEffects } from "./read-difference.ts";
import { isNewerRevisionWanted, parkEffects, refusalEffects } from "./refusal.ts";
import { refusalLimit } from "./refusal-limits.ts";

/** Returns the effects of a read: the lock showed what the slot contains. */
export function readEffects(input: OutcomeInput, shown: Shown): Effects {
  const { slot } = input;
  const edit = slot.unprovenEdit ?? null;
  const before = edit === null ? slot.content : expected(edit);
  const content = recalled(shown, before, input.operation.name);
  const base = slotAfterRead(input, shown, content);
  const capabilities = abilitiesAfterStatus(input, content, abilitiesAfterRead(input, shown));
  const lock = withAnswer(input.lock, capabilities);
  if (slot.localEdit !== null) return { lock, ...editEffects(input, base) };
  const now = { ...input, lock };
  const proven = edit === null ? null : provenEdit(now, edit, { shown, base });
  return proven ?? comparedEffects(now, base, content);
}

/** Returns the effects of a read that no reported edit explains. */
function comparedEffects(input: OutcomeInput, base: SlotRecord, content: Shown): Effects {
  const { lock, slot } = input;
  const isDoubted = slot.confidence === "unconfirmed" && slot.content.kind !== "unknown";
  if (isDoubted && isBoundForGood(lock, content, slot.content)) return stillBound(input, base);
  if (!isDoubted || sameContent(content, slot.content)) return differenceEffects(input, base);
  // The lock accepted a write and does not have its content: that is a refusal too.
  return refusalEffects(input, base, "refused");
}

function slotAfterRead(input: OutcomeInput, shown: Shown, content: SlotContent): SlotRecord {
  const { slot, nowMs } = input;
  const isHidden = shown.kind === "occupied" && shown.mark === null;
  const isEmpty = content.kind === "empty";
  return {
    ...withoutCopied(slot),
    content,
    // No read of a masked code can show which of two codes it is.
    confidence: isHidden && isUndecidable(slot) ? "unconfirmed" : "confirmed",
    unprovenEdit: null,
    mayDiffer: isNewerRevisionWanted(input),
    verifiedAtMs: nowMs,
    attemptedRevision: attemptedAfterRead(input, content),
    guard: isEmpty ? enforcementAfterWrite(slot) : slot.guard,
    schedulesSent: isEmpty ? leftoverSchedules(slot) : slot.schedulesSent,
  };
}

/**
 * An empty slot has nothing that latchd tried to write: a code that appears in it later is not latchd's. A slot
 * that shows the desired code has latchd's write, whatever was assumed before: its next code must replace it.
 */
function attemptedAfterRead({ slot, sent }: OutcomeInput, content: SlotContent): number {
  if (content.kind === "empty") return 0;
  const isSent = content.kind === "occupied" && sent.mark !== null && content.mark === sent.mark;
  return isSent ? Math.max(slot.attemptedRevision, sent.revision) : slot.attemptedRevision;
}

/** Setting the code again did not free it from its schedules: the next try clears the slot first, without a pause. */
function stillBound(input: OutcomeInput, slot: SlotRecord): Effects {
  const refusals = slot.refusals + 1;
  if (refusals >= refusalLimit) return parkEffects(input, { ...slot, refusals }, "refused");
  return { lock: input.lock, slots: [{ ...slot, refusals }] };
}

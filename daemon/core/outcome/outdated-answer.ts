import { leftoverSchedules } from "../enforcement/slot-enforcement.ts";
import { sameContent } from "../evidence/slot-content-shown.ts";
import { afterOlderWrite, doubted } from "../evidence/unproven-edit.ts";
import type { Effects } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import { abilitiesAfterRead, abilitiesAfterSuccess, withAnswer } from "./capability-evidence.ts";
import { contentAfterSet } from "./content-after-set.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { isNewerRevisionWanted, refusalEffects } from "./refusal.ts";

/**
 * An answer that was asked before an event about its slot: whatever it says, the lock may have changed since.
 * It proves what the lock can do, and of the slot nothing but that it is unknown; the slot is read again.
 * @param asUsual what the answer means without the event
 */
export function outdatedAnswerEffects(input: OutcomeInput, asUsual: () => Effects): Effects {
  const { lock, slot, outcome } = input;
  switch (outcome.kind) {
    case "unreachable":
      return asUsual();
    case "done":
      return {
        lock: withAnswer(lock, abilitiesAfterSuccess(input)),
        slots: [acceptedBefore(input)],
      };
    case "read": {
      const seen = withAnswer(lock, abilitiesAfterRead(input, outcome.content));
      if (slot.content.kind === "unknown" || sameContent(slot.content, outcome.content)) {
        return { lock: seen };
      }
      return { lock: seen, slots: [doubted(slot, "deleted", false)] };
    }
    case "unsupported":
      return asUsual();
    case "unreadable":
    case "refused":
      // It is counted all the same, so that a lock that tells an edit with every refusal is not asked for ever.
      return refusalEffects(input, { ...slot, content: { kind: "unknown" } }, "refused");
  }
}

function acceptedBefore(input: OutcomeInput): SlotRecord {
  const { lock, slot, operation, sent, nowMs } = input;
  const edit = slot.unprovenEdit ?? null;
  const open: SlotRecord = {
    ...slot,
    content: { kind: "unknown" },
    confidence: "unconfirmed",
    mayDiffer: isNewerRevisionWanted(input),
    retryAtMs: null,
    writtenAtMs: nowMs,
  };
  if (operation.name !== "setPinCode" && operation.name !== "clearPinCode") return open;
  const made =
    operation.name === "clearPinCode"
      ? ({ kind: "empty" } as const)
      : ({ ...contentAfterSet(lock, slot, sent.mark, operation.userStatus) } as const);
  return {
    ...open,
    guard: slot.guard.kind === "refused" ? slot.guard : { kind: "none" },
    schedulesSent: leftoverSchedules(slot),
    appliedRevision:
      operation.name === "setPinCode" && operation.isJunk !== true
        ? Math.max(slot.appliedRevision, sent.revision)
        : slot.appliedRevision,
    ...(edit === null || made.kind === "unknown"
      ? {}
      : { unprovenEdit: afterOlderWrite(edit, made) }),
  };
}

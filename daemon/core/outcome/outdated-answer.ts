import { leftoverSchedules } from "../enforcement/slot-enforcement.ts";
import { sameContent } from "../evidence/shown-slot-content.ts";
import { afterOlderWrite, doubted } from "../evidence/unproven-edit.ts";
import type { Effects } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import { contentAfterSet, enforcementAfterWrite, revisionAfterSet } from "./accepted-write.ts";
import { abilitiesAfterRead, abilitiesAfterSuccess, withAnswer } from "./capability-evidence.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { isNewerRevisionWanted, refusalEffects } from "./refusal.ts";

/**
 * Returns the effects of an answer to an operation that was sent before an event about its slot. The lock may have
 * changed since: the answer proves what the lock can do and nothing about the slot, which is read again.
 * @param asUsual the effects of the answer without the event
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
      // The refusal counts, so that the tries end even if the lock reports an edit with each refusal.
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
    guard: enforcementAfterWrite(slot),
    schedulesSent: leftoverSchedules(slot),
    appliedRevision:
      operation.name === "setPinCode"
        ? revisionAfterSet(input, operation.isJunk === true)
        : slot.appliedRevision,
    ...(edit === null || made.kind === "unknown"
      ? {}
      : { unprovenEdit: afterOlderWrite(edit, made) }),
  };
}

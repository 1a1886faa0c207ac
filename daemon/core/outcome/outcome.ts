import { isOutdated } from "../evidence/event-sequence.ts";
import type { Effects } from "../model/lock.ts";
import { acceptedWrite } from "./accepted-write.ts";
import {
  abilitiesAfterSuccess,
  missEffects,
  withAnswer,
  withoutFailedSetUserStatus,
} from "./capability-evidence.ts";
import type { OutcomeInput, Unreachable } from "./outcome-input.ts";
import { outdatedAnswerEffects } from "./outdated-answer.ts";
import { readEffects } from "./read-outcome.ts";
import { isRead, refusalEffects } from "./refusal.ts";
import { refusedOperationEffects } from "./refused-operation.ts";

/**
 * Returns the effects of an operation's outcome on the records. A refusal counts against the slot, a missing
 * answer against the link.
 */
export function applyOutcome(input: OutcomeInput): Effects {
  const { lock, slot, askedSeq } = input;
  if (!isOutdated(askedSeq, lock, slot)) return outcomeEffects(input);
  return outdatedAnswerEffects(input, () => outcomeEffects(input));
}

function outcomeEffects(input: OutcomeInput): Effects {
  const { lock, slot, outcome } = input;
  switch (outcome.kind) {
    case "unreachable":
      return unreachableEffects(input, outcome);
    case "done":
      return {
        lock: withAnswer(lock, abilitiesAfterSuccess(input)),
        slots: [{ ...acceptedWrite(input), unprovenEdit: null }],
      };
    case "read":
      return readEffects(input, outcome.content);
    case "unreadable":
      return refusalEffects(
        withoutFailedSetUserStatus(input),
        { ...slot, content: { kind: "unknown" } },
        "refused",
      );
    case "unsupported":
      return refusedOperationEffects(input, "unsupported");
    case "refused":
      return refusedOperationEffects(input, outcome.status);
  }
}

function unreachableEffects(
  { lock, slot, operation, nowMs }: OutcomeInput,
  outcome: Unreachable,
): Effects {
  const effects = missEffects(lock, outcome);
  const mayHaveActed = outcome.wasSent && !isRead(operation);
  // The lock may have acted although its answer was lost: read the slot before the next write.
  return mayHaveActed
    ? { ...effects, slots: [{ ...slot, content: { kind: "unknown" }, writtenAtMs: nowMs }] }
    : effects;
}

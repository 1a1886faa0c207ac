import { provesOperation } from "../../core/evidence/programming-evidence.ts";
import type { LockEvent } from "../../core/model/lock-event.ts";
import type { CodeMark } from "../../core/model/sealed-code.ts";
import type { PlannedOperation } from "../../core/model/slot-operation.ts";
import type { SlotOutcome } from "../../core/outcome/outcome-input.ts";

type ProgrammingEvent = Extract<LockEvent, { kind: "programmingEvent" }>;

interface Awaited {
  readonly operation: PlannedOperation;
  readonly mark: CodeMark | null;
  /** An event without digits may be about the write before this one. */
  readonly isAmbiguous: boolean;
  isSeen: boolean;
  /** A person edited the slot during the write: the slot must be read back. */
  isDisturbed: boolean;
}

/** Observes the event by which a lock reports a write that is under way. */
export class ProgrammingObserver {
  #awaited: Awaited | null = null;

  /**
   * Waits for the outcome of `send`. The lock's event replaces an answer that never comes and confirms one
   * that does. It does not end the wait: the radio is occupied for as long as it expects an answer.
   * @param sent.isAmbiguous see `isAmbiguous` of the core
   */
  async observe(
    operation: PlannedOperation,
    sent: { readonly mark: CodeMark | null; readonly isAmbiguous: boolean },
    send: () => Promise<SlotOutcome>,
  ): Promise<SlotOutcome> {
    const awaited: Awaited = { operation, ...sent, isSeen: false, isDisturbed: false };
    this.#awaited = awaited;
    const outcome = await send();
    this.#awaited = null;
    const isOpenQuestion = outcome.kind === "done" || outcome.kind === "unreachable";
    return awaited.isSeen && !awaited.isDisturbed && isOpenQuestion
      ? { kind: "done", isReportedByEvent: true }
      : outcome;
  }

  /** @param shownMark mark of the code in the event; null = it shows none */
  eventReceived(event: ProgrammingEvent, shownMark: CodeMark | null): void {
    if (this.#awaited === null) return;
    const { operation, mark, isAmbiguous } = this.#awaited;
    const isCertain = !isAmbiguous || shownMark !== null;
    if (isCertain && provesOperation(event, operation, mark, shownMark))
      this.#awaited.isSeen = true;
    const isOfSlot = typeof event.userId !== "number" || event.userId === operation.userId;
    if (event.source !== "rf" && isOfSlot) this.#awaited.isDisturbed = true;
  }
}

import type { LockEvent } from "../core/lock-event.ts";
import type { SlotOutcome } from "../core/outcome.ts";
import type { PlannedOperation } from "../core/plan.ts";
import type { CodeMark } from "../core/sealed.ts";
import { isWitnessOf } from "../core/witness.ts";

type ProgrammingEvent = Extract<LockEvent, { kind: "programmingEvent" }>;

interface Awaited {
  readonly operation: PlannedOperation;
  readonly mark: CodeMark | null;
  readonly seen: () => void;
}

/** Ends a write when the lock tells of it by an event, whether or not its answer ever comes. */
export class Witness {
  #awaited: Awaited | null = null;

  /** Waits for the answer of `send` or for the event, whichever is first; the other changes nothing. */
  async beside(
    operation: PlannedOperation,
    mark: CodeMark | null,
    send: (signal: AbortSignal) => Promise<SlotOutcome>,
  ): Promise<SlotOutcome> {
    const over = new AbortController();
    const seen = new Promise<SlotOutcome>((resolve) => {
      const tell = () => resolve({ kind: "done", isWitnessed: true });
      this.#awaited = { operation, mark, seen: tell };
    });
    try {
      return await Promise.race([send(over.signal), seen]);
    } finally {
      this.#awaited = null;
      over.abort();
    }
  }

  /** @param shownMark of the code in the event; null = it shows none */
  heard(event: ProgrammingEvent, shownMark: CodeMark | null): void {
    if (this.#awaited === null) return;
    const { operation, mark, seen } = this.#awaited;
    if (isWitnessOf(event, operation, mark, shownMark)) seen();
  }
}

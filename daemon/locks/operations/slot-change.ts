import { applyAudit } from "../../core/audit/audit-outcome.ts";
import { withSleepShown } from "../../core/contact/awake-proof.ts";
import { eventSeqOf, isOutdated } from "../../core/evidence/event-sequence.ts";
import { isAmbiguous } from "../../core/evidence/programming-evidence.ts";
import { judgeSlotOutcome } from "../../core/logs/radio-log.ts";
import type { LockId, UserId } from "../../core/model/door-lock.ts";
import type { LockView } from "../../core/model/lock.ts";
import type { LockEvent } from "../../core/model/lock-event.ts";
import { applyOutcome } from "../../core/outcome/outcome.ts";
import type { OutcomeInput, SlotOutcome } from "../../core/outcome/outcome-input.ts";
import type { Step } from "../../core/plan/plan.ts";
import { untouchedSlot } from "../../core/plan/slot-of.ts";
import { writeAheadMark } from "../../core/plan/write-ahead-mark.ts";
import { put } from "../../store/store.ts";
import { keypadPolicy } from "../keypad-policy.ts";
import { commit, type LockPorts } from "../lock-ports.ts";
import type { CompletedOperation, Evaluation } from "./completed-operation.ts";
import { ProgrammingObserver } from "./programming-observer.ts";
import { codeFor, junkFor, sendSlotOperation } from "./slot-operations.ts";

type SlotStep = Extract<Step, { kind: "perform" }>;

/** What was known when the operation was sent, and its outcome. */
interface Sent {
  readonly sent: OutcomeInput["sent"];
  /** Number of the lock's newest event when the operation was planned. */
  readonly askedSeq: number;
  readonly outcome: SlotOutcome;
  /** How long the lock had been silent when the operation was sent, ms. */
  readonly quietMs: number;
}

/**
 * Performs one operation on a slot of one lock: marks the slot on disk, sends the operation, observes the
 * lock's own event about it, and says what the outcome means.
 */
export class SlotChange {
  readonly #id: LockId;
  readonly #ports: LockPorts;
  readonly #observer = new ProgrammingObserver();

  constructor(id: LockId, ports: LockPorts) {
    this.#id = id;
    this.#ports = ports;
  }

  /** The lock reported what was programmed: it may be the operation that is being sent. */
  programmingReceived(event: Extract<LockEvent, { kind: "programmingEvent" }>): void {
    const { pinCode } = event;
    const isShown = pinCode !== null && pinCode !== "masked";
    this.#observer.eventReceived(event, isShown ? this.#ports.codes.mark(this.#id, pinCode) : null);
  }

  /**
   * @param silentMs for how long the lock is silent now, ms
   * @returns null if the plan was outdated before anything was sent
   */
  async perform(
    view: LockView,
    step: SlotStep,
    silentMs: () => number,
  ): Promise<CompletedOperation | null> {
    const holder = view.passwords.find((password) => password.id === step.passwordId) ?? null;
    const junk = junkFor(this.#ports, step.operation, view);
    const mark =
      junk === null ? (holder?.code?.mark ?? null) : this.#ports.codes.mark(this.#id, junk);
    const sent = { revision: holder?.revision ?? 0, mark };
    const askedSeq = eventSeqOf(view.lock);
    const marking = this.#writeMark(step, sent);
    // The code is opened while the disk writes; nothing is sent before the mark is on disk.
    const pinCode = junk ?? codeFor(this.#ports, step.operation, holder);
    await marking;
    await this.#ports.store.whenDurable();
    // Somebody used the keypad during the write: what was planned may not fit the slot any more.
    if (this.#isOutdated(askedSeq, step.operation.userId)) return null;
    const atMs = this.#ports.reading().nowMs;
    const doubt = isAmbiguous(step.slot, step.operation, { revision: sent.revision, atMs });
    const quietMs = silentMs();
    const outcome = await this.#observer.observe(
      step.operation,
      { mark: sent.mark, isAmbiguous: doubt },
      () => sendSlotOperation(this.#ports, view, { operation: step.operation, holder, pinCode }),
    );
    return {
      name: step.operation.name,
      userId: step.operation.userId,
      outcome,
      evaluate: (now) => this.#evaluate(now, step, { sent, askedSeq, outcome, quietMs }),
    };
  }

  #writeMark(step: SlotStep, sent: OutcomeInput["sent"]): Promise<unknown> {
    const { nowMs } = this.#ports.reading();
    const marked = writeAheadMark(step.slot, step.operation, sent, nowMs);
    const changes = marked === null ? [] : [put("slot", [this.#id, marked.userId], marked)];
    return commit(this.#ports, { changes, journal: [], isUrgent: true });
  }

  #isOutdated(askedSeq: number, userId: UserId): boolean {
    const { store } = this.#ports;
    const lock = store.get("lock", [this.#id]);
    const slot = store.get("slot", [this.#id, userId]);
    return lock !== undefined && isOutdated(askedSeq, lock, slot);
  }

  #evaluate(
    view: LockView,
    step: SlotStep,
    { outcome, quietMs, sent, askedSeq }: Sent,
  ): Evaluation {
    const { userId } = step.operation;
    const sleepShown = { quietMs, wasReached: outcome.kind !== "unreachable" };
    const slot = view.slots.get(userId) ?? {
      ...untouchedSlot(view.lock, userId),
      holder: step.slot.holder,
      lastEventSeq: eventSeqOf(view.lock),
    };
    const input: OutcomeInput = {
      lock: { ...view.lock, capabilities: withSleepShown(view.lock.capabilities, sleepShown) },
      slot,
      holder: view.passwords.find((password) => password.id === slot.holder) ?? null,
      sent,
      askedSeq,
      operation: step.operation,
      outcome,
      hasTakenCodes: [...view.slots.values()].some(({ appliedRevision }) => appliedRevision > 0),
      nowMs: this.#ports.reading().nowMs,
      planned: step.slot,
      view,
      keypadEdits: keypadPolicy(this.#ports, this.#id),
    };
    const { auditsPerDay = 0 } = this.#ports;
    const effects =
      step.audit === undefined
        ? applyOutcome(input)
        : applyAudit({ ...input, view, reason: step.audit, auditsPerDay });
    return { effects, verdict: judgeSlotOutcome(input, effects) };
  }
}

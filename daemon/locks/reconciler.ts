import { applyAudit } from "../core/audit/audit-outcome.ts";
import { withSleepShown } from "../core/contact/awake-proof.ts";
import { eventSeqOf, isOutdated } from "../core/evidence/event-sequence.ts";
import { isAmbiguous } from "../core/evidence/programming-evidence.ts";
import { judgedGuard, judgedOutcome } from "../core/logs/radio-log.ts";
import type { LockId, UserId } from "../core/model/door-lock.ts";
import type { Effects, LockView } from "../core/model/lock.ts";
import type { LockEvent } from "../core/model/lock-event.ts";
import { applyOutcome } from "../core/outcome/outcome.ts";
import type { OutcomeInput, SlotOutcome } from "../core/outcome/outcome-input.ts";
import type { Step } from "../core/plan/plan.ts";
import { isRevoking } from "../core/plan/revocation.ts";
import { untouchedSlot } from "../core/plan/slot-of.ts";
import { writeAheadMark } from "../core/plan/write-ahead-mark.ts";
import { put } from "../store/store.ts";
import { transactionOf } from "./effects.ts";
import { keypadPolicy } from "./keypad-policy.ts";
import { commit, type LockPorts, viewOf } from "./lock-ports.ts";
import { LockTurns, turnRank } from "./lock-turns.ts";
import { nextStep } from "./operations/next-step.ts";
import { ProgrammingObserver } from "./operations/programming-observer.ts";
import {
  type Performed,
  sendClockOperation,
  sendScheduleOperation,
} from "./operations/schedule-operations.ts";
import { codeFor, junkFor, sendSlotOperation } from "./operations/slot-operations.ts";
import { withOffline } from "./operations/slot-outcome.ts";
import { LinkBreaker } from "./radio/link-breaker.ts";
import type { WakeTimer } from "./wake-timer.ts";

/** A sleeping lock that was just heard listens for so long. */
const awakeMs = 3_000;

export interface TurnOptions {
  /** See {@link turnRank}; a person's work when it is absent. */
  readonly rank?: () => number;
  /** Ends the wait; a turn that has begun goes on. */
  readonly signal?: AbortSignal;
  /** A person started it: so many of them may wait, see `Turns`. */
  readonly isByHand?: boolean;
}

type PerformStep = Extract<Step, { kind: "perform" }>;

/** An operation that is over. */
interface Ended {
  readonly outcome: SlotOutcome;
  /** How long the lock had been silent when it was asked. */
  readonly quietMs: number;
}

/**
 * Brings one lock to what is wanted: read, plan, perform one operation, record its outcome, again.
 *
 * INVARIANTS: one operation at a time; nothing is sent before everything decided so far is on disk;
 * a slot is marked on disk before the first write to it leaves.
 */
export class Reconciler {
  readonly #id: LockId;
  readonly #ports: LockPorts;
  readonly #wakes: WakeTimer;
  readonly #link: LinkBreaker;
  readonly #witness = new ProgrammingObserver();
  #isRunning = false;
  #isWoken = false;
  #isStopped = false;
  /** Somebody else works with this lock (a remote unlock, a probe): operations wait for it. */
  readonly #turns = new LockTurns();
  #lastEndMs = Number.NEGATIVE_INFINITY;
  #heardMs = Number.NEGATIVE_INFINITY;
  /** When the turn that is under way began; null = none is. */
  #turnBeganMs: number | null = null;
  /** The lock sleeps and one of its slots is to be read: its next frame wakes the plan. */
  #awaitsFrame = false;
  /** Since when planning has asked for records alone; null = an operation or an end of the work came of it. */
  #recordingSinceMs: number | null = null;

  constructor(id: LockId, ports: LockPorts, wakes: WakeTimer) {
    this.#id = id;
    this.#ports = ports;
    this.#wakes = wakes;
    this.#link = new LinkBreaker(() => ports.monotonicMs());
  }

  /** Something changed: plan as soon as the operation under way is over. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** A frame came: the lock is awake and in reach, whatever the breaker thought. */
  frameReceived(): void {
    this.#heardMs = this.#ports.monotonicMs();
    if (this.#link.frameReceived() || this.#awaitsFrame) this.wake();
  }

  /** The stick is back: what was missed before may have been its fault. The next look decides. */
  radioBack(): void {
    this.#link.answered();
  }

  /** The lock told what was programmed: it may be what is being written now. */
  programmingReceived(event: Extract<LockEvent, { kind: "programmingEvent" }>): void {
    const { pinCode } = event;
    const isShown = pinCode !== null && pinCode !== "masked";
    this.#witness.eventReceived(event, isShown ? this.#ports.codes.mark(this.#id, pinCode) : null);
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** For how long the lock is being worked with now, ms; 0 = it is not. */
  busyMs(): number {
    return this.#turnBeganMs === null ? 0 : this.#ports.monotonicMs() - this.#turnBeganMs;
  }

  /** For how long nothing has come of the work: a turn that does not end, or planning in circles; ms. */
  stuckMs(): number {
    const sinceMs = this.#recordingSinceMs;
    const circlingMs = sinceMs === null ? 0 : this.#ports.monotonicMs() - sinceMs;
    return Math.max(this.busyMs(), circlingMs);
  }

  /** For how long the lock is still left alone after it did not answer, ms. */
  breakMs(): number {
    return this.#link.waitMs();
  }

  /**
   * Takes the lock for one use of the radio, after the operation under way and a breath.
   * @throws TurnRefused (rejects) when the wait ends before the turn
   */
  async inTurn<T>(
    use: () => Promise<T>,
    { rank = () => turnRank.hand, ...options }: TurnOptions = {},
  ): Promise<T> {
    await this.#turns.take(rank, options);
    this.#turnBeganMs = this.#ports.monotonicMs();
    try {
      await this.#pause();
      return await use();
    } finally {
      this.#lastEndMs = this.#ports.monotonicMs();
      this.#turnBeganMs = null;
      this.#turns.release();
    }
  }

  async #run(): Promise<void> {
    const { store, log } = this.#ports;
    try {
      while (this.#isWoken && !this.#isStopped && !store.failed.aborted) {
        this.#isWoken = false;
        while (!this.#isStopped && (await this.#step())) {
          // Plan again after each step: nothing is planned ahead.
        }
      }
    } catch (cause) {
      // A store that failed ends the process elsewhere; anything else is a broken invariant.
      if (!store.failed.aborted) throw cause;
      log.warn({ lock: this.#id }, "stopped reconciling: the store has failed");
    } finally {
      this.#isRunning = false;
    }
  }

  /** @returns whether there may be more to do at once. */
  async #step(): Promise<boolean> {
    const next = this.#plan();
    if (next?.step.kind !== "record") this.#recordingSinceMs = null;
    if (next === null) return false;
    const { step } = next;
    switch (step.kind) {
      case "idle":
        this.#wakes.set(this.#id, step.wakeAtMs);
        this.#awaitsFrame = step.awaitsFrame === true;
        return false;
      case "record": {
        this.#recordingSinceMs ??= this.#ports.monotonicMs();
        const transaction = transactionOf(this.#id, step.effects);
        if (transaction !== null) await commit(this.#ports, transaction);
        return true;
      }
      case "perform":
      case "enforce":
      case "clock":
        await this.inTurn(() => this.#performNow(), { rank: () => this.#rank() });
        return true;
    }
  }

  #plan(): { readonly view: LockView; readonly step: Step } | null {
    const view = viewOf(this.#ports.store, this.#id);
    if (view === null) return null;
    const isAwake = this.#ports.monotonicMs() - this.#heardMs < awakeMs;
    return { view, step: nextStep(this.#ports, view, { waitMs: this.#link.waitMs(), isAwake }) };
  }

  #rank(): number {
    const next = this.#plan();
    const { nowMs } = this.#ports.reading();
    const isUrgent = next !== null && isRevoking(next.view, next.step, nowMs);
    return isUrgent ? turnRank.revocation : turnRank.plan;
  }

  /** The turn may have been long in coming: what is to be done is decided when it is there. */
  async #performNow(): Promise<void> {
    const next = this.#isStopped ? null : this.#plan();
    if (next === null) return;
    const { view, step } = next;
    this.#link.began();
    try {
      switch (step.kind) {
        case "perform":
          await this.#perform(view, step);
          return;
        case "enforce":
          this.#take(view, step.operation, await sendScheduleOperation(this.#ports, view, step));
          return;
        case "clock":
          this.#take(
            view,
            step.operation,
            await sendClockOperation(this.#ports, view, step.operation),
          );
          return;
        case "record":
        case "idle":
      }
    } finally {
      this.#link.ended();
    }
  }

  /** The end of an operation on schedules or clock. */
  #take(view: LockView, { name }: { readonly name: string }, performed: Performed | null): void {
    if (performed === null) return;
    const { outcome, effects } = performed;
    this.#ports.log.debug(
      { lock: this.#id, operation: name, outcome: outcome.kind },
      "operation ended",
    );
    this.#charge(outcome);
    this.#ports.radioLog?.judge(this.#id, judgedGuard(name, outcome, effects));
    this.#write(withOffline(effects, view.lock, this.#ports.reading().nowMs));
  }

  async #perform(view: LockView, step: PerformStep): Promise<void> {
    const { store, log } = this.#ports;
    const holder = view.passwords.find((password) => password.id === step.passwordId) ?? null;
    const junk = junkFor(this.#ports, step.operation, view);
    const mark =
      junk === null ? (holder?.code?.mark ?? null) : this.#ports.codes.mark(this.#id, junk);
    const sent = { revision: holder?.revision ?? 0, mark };
    const askedSeq = eventSeqOf(view.lock);
    const { nowMs } = this.#ports.reading();
    const marked = writeAheadMark(step.slot, step.operation, sent, nowMs);
    const changes = marked === null ? [] : [put("slot", [this.#id, marked.userId], marked)];
    // Nothing follows until it is written: the disk begins, and the code is opened meanwhile.
    const marking = commit(this.#ports, { changes, journal: [], isUrgent: true });
    const pinCode = junk ?? codeFor(this.#ports, step.operation, holder);
    await marking;
    await store.whenDurable();
    // Somebody worked at the keypad meanwhile: what was planned may not fit the slot any more.
    if (this.#isOutdated(askedSeq, step.operation.userId)) return;
    const atMs = this.#ports.reading().nowMs;
    const doubt = isAmbiguous(step.slot, step.operation, { revision: sent.revision, atMs });
    const quietMs = this.#ports.monotonicMs() - this.#heardMs;
    const outcome = await this.#witness.observe(
      step.operation,
      { mark: sent.mark, isAmbiguous: doubt },
      () => sendSlotOperation(this.#ports, view, { operation: step.operation, holder, pinCode }),
    );
    log.debug(
      {
        lock: this.#id,
        operation: step.operation.name,
        userId: step.operation.userId,
        outcome: outcome.kind,
      },
      "operation ended",
    );
    this.#record(step, { sent, askedSeq }, { outcome, quietMs });
  }

  #isOutdated(askedSeq: number, userId: UserId): boolean {
    const { store } = this.#ports;
    const lock = store.get("lock", [this.#id]);
    const slot = store.get("slot", [this.#id, userId]);
    return lock !== undefined && isOutdated(askedSeq, lock, slot);
  }

  /** Real locks want a breath between two commands. */
  async #pause(): Promise<void> {
    const spacingMs = viewOf(this.#ports.store, this.#id)?.lock.capabilities.spacingMs ?? 0;
    const sinceMs = this.#ports.monotonicMs() - this.#lastEndMs;
    if (sinceMs >= spacingMs) return;
    await new Promise<void>((resolve) => {
      this.#ports.timers.after(spacingMs - sinceMs, resolve);
    });
  }

  #record(
    step: PerformStep,
    asked: Pick<OutcomeInput, "sent" | "askedSeq">,
    { outcome, quietMs }: Ended,
  ): void {
    const { store } = this.#ports;
    const view = viewOf(store, this.#id);
    if (view === null) return;
    this.#charge(outcome);
    const { nowMs } = this.#ports.reading();
    const { userId } = step.operation;
    const sleepShown = { quietMs, wasReached: outcome.kind !== "unreachable" };
    const slot = view.slots.get(userId) ?? {
      ...untouchedSlot(view.lock, userId),
      holder: step.slot.holder,
      lastEventSeq: eventSeqOf(view.lock),
    };
    const keypadEdits = keypadPolicy(this.#ports, this.#id);
    const input: OutcomeInput = {
      lock: { ...view.lock, capabilities: withSleepShown(view.lock.capabilities, sleepShown) },
      slot,
      holder: view.passwords.find((password) => password.id === slot.holder) ?? null,
      ...asked,
      operation: step.operation,
      outcome,
      hasTakenCodes: [...view.slots.values()].some(({ appliedRevision }) => appliedRevision > 0),
      nowMs,
      planned: step.slot,
      view,
      keypadEdits,
    };
    const { auditsPerDay = 0 } = this.#ports;
    const effects =
      step.audit === undefined
        ? applyOutcome(input)
        : applyAudit({ ...input, view, reason: step.audit, auditsPerDay });
    this.#ports.radioLog?.judge(this.#id, judgedOutcome(input, effects));
    this.#write(withOffline(effects, view.lock, nowMs));
  }

  /** Not awaited: the next step waits for the disk before it sends anything. */
  #write(effects: Effects): void {
    const transaction = transactionOf(this.#id, effects);
    if (transaction !== null) commit(this.#ports, transaction, this.#id).catch(ignoreStoreFailure);
  }

  #charge(outcome: { readonly kind: string; readonly isStickFault?: boolean }): void {
    if (outcome.kind !== "unreachable") this.#link.answered();
    else if (outcome.isStickFault === true) this.#link.pauseForStick();
    else if (this.#ports.driver.radioState().kind === "online") this.#link.missed();
  }
}

/** A failed commit aborts `store.failed`, on which the whole gateway ends. */
function ignoreStoreFailure(): void {}

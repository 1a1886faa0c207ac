import type { LockId } from "../core/model/door-lock.ts";
import type { Effects, LockView } from "../core/model/lock.ts";
import type { LockEvent } from "../core/model/lock-event.ts";
import type { Step } from "../core/plan/plan.ts";
import { isRevoking } from "../core/plan/revocation.ts";
import { transactionOf } from "./effects.ts";
import { commit, type LockPorts, viewOf } from "./lock-ports.ts";
import { LockRadio } from "./lock-radio.ts";
import { turnRank } from "./lock-turns.ts";
import type { LockWaker } from "./lock-waker.ts";
import { performClockStep } from "./operations/clock-operations.ts";
import type { CompletedOperation } from "./operations/completed-operation.ts";
import { nextStep } from "./operations/next-step.ts";
import { performScheduleStep } from "./operations/schedule-operations.ts";
import { SlotChange } from "./operations/slot-change.ts";
import { withOffline } from "./operations/slot-outcome.ts";
import { LinkBreaker } from "./radio/link-breaker.ts";

/** A sleeping lock listens for this long after a frame of it. */
const awakeMs = 3_000;

/** A plan is made again when its turn at the radio came later than this: a window may have begun or ended. */
const freshPlanMs = 10;

/** What one lock's reconciler needs of those of the other locks. */
interface Network {
  readonly waker: LockWaker;
  /** Returns how many locks have just sent a frame. */
  listening(): number;
}

/** A step, and the records that it was planned from. */
interface Planned {
  readonly view: LockView;
  readonly step: Step;
}

/**
 * Brings one lock to its desired state: read the records, plan, perform one operation, store what its outcome
 * means, and again.
 *
 * INVARIANTS: one operation at a time; nothing is sent before everything decided so far is on disk;
 * a slot is marked on disk before the first write to it is sent.
 */
export class Reconciler {
  /** Manual work and reads of the lock's state take their turns here too. */
  readonly radio: LockRadio;
  readonly #id: LockId;
  readonly #ports: LockPorts;
  readonly #network: Network;
  readonly #link: LinkBreaker;
  readonly #slotChange: SlotChange;
  #isRunning = false;
  #isWoken = false;
  #isStopped = false;
  #frameMs = Number.NEGATIVE_INFINITY;
  /** The lock sleeps and one of its slots must be read: its next frame wakes the plan. */
  #awaitsFrame = false;
  /** Since when plans have only changed records; null = the last plan was an operation or idle. */
  #recordingSinceMs: number | null = null;

  constructor(id: LockId, ports: LockPorts, network: Network) {
    this.#id = id;
    this.#ports = ports;
    this.#network = network;
    this.#link = new LinkBreaker(() => ports.monotonicMs());
    this.#slotChange = new SlotChange(id, ports);
    this.radio = new LockRadio(
      ports,
      () => ports.store.get("lock", [id])?.capabilities.spacingMs ?? 0,
    );
  }

  /** Plans as soon as the current operation has its outcome. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** The lock sent a frame: it is awake and in reach, whatever the link breaker assumed. */
  frameReceived(): void {
    this.#frameMs = this.#ports.monotonicMs();
    if (this.#link.frameReceived() || this.#awaitsFrame) this.wake();
  }

  /** The stick is online again: operations may have failed because of it. The next operation shows. */
  radioBack(): void {
    this.#link.answered();
  }

  programmingReceived(event: Extract<LockEvent, { kind: "programmingEvent" }>): void {
    this.#slotChange.programmingReceived(event);
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Returns whether the lock has just sent a frame, so that it listens even if it sleeps. */
  isAwake(): boolean {
    return this.#silentMs() < awakeMs;
  }

  /** Returns for how long the work has made no progress, ms: a turn that does not end, or plans in a circle. */
  stuckMs(): number {
    const sinceMs = this.#recordingSinceMs;
    const circlingMs = sinceMs === null ? 0 : this.#ports.monotonicMs() - sinceMs;
    return Math.max(this.radio.busyMs(), circlingMs);
  }

  /** Returns for how long the lock is still left alone because it did not answer, ms. */
  breakMs(): number {
    return this.#link.waitMs();
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

  /** @returns whether there may be more to do at once */
  async #step(): Promise<boolean> {
    const next = this.#plan();
    if (next?.step.kind !== "record") this.#recordingSinceMs = null;
    if (next === null) return false;
    const { step } = next;
    switch (step.kind) {
      case "idle":
        this.#network.waker.wakeAt(this.#id, step.wakeAtMs);
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
        await this.#performInTurn(next);
        return true;
    }
  }

  #plan(): Planned | null {
    const view = viewOf(this.#ports.store, this.#id);
    if (view === null) return null;
    const link = {
      waitMs: this.#link.waitMs(),
      isAwake: this.isAwake(),
      listening: this.#network.listening(),
    };
    return { view, step: nextStep(this.#ports, view, link) };
  }

  #rank(): number {
    const next = this.#plan();
    const { nowMs } = this.#ports.reading();
    const isUrgent = next !== null && isRevoking(next.view, next.step, nowMs);
    return isUrgent ? turnRank.revocation : turnRank.plan;
  }

  /** Plans again if the wait for the turn was long or something changed meanwhile, and performs that step. */
  async #performInTurn(planned: Planned): Promise<void> {
    const plannedMs = this.#ports.monotonicMs();
    const isFresh = () => !this.#isWoken && this.#ports.monotonicMs() - plannedMs <= freshPlanMs;
    await this.radio.use(
      () => this.#performNow(this.#isStopped ? null : isFresh() ? planned : this.#plan()),
      { rank: () => this.#rank() },
    );
  }

  async #performNow(next: Planned | null): Promise<void> {
    if (next === null) return;
    this.#link.began();
    try {
      const completed = await this.#perform(next.view, next.step);
      if (completed !== null) this.#store(completed);
    } finally {
      this.#link.ended();
    }
  }

  #perform(view: LockView, step: Step): Promise<CompletedOperation | null> {
    switch (step.kind) {
      case "perform":
        return this.#slotChange.perform(view, step, () => this.#silentMs());
      case "enforce":
        return performScheduleStep(this.#ports, view, step);
      case "clock":
        return performClockStep(this.#ports, view, step.operation);
      case "record":
      case "idle":
        return Promise.resolve(null);
    }
  }

  /** Stores what an outcome means for the records as they are now, all in one turn of the event loop. */
  #store({ name, userId, outcome, evaluate }: CompletedOperation): void {
    const { log, radioLog } = this.#ports;
    log.debug(
      { lock: this.#id, operation: name, userId, outcome: outcome.kind },
      "operation completed",
    );
    const view = viewOf(this.#ports.store, this.#id);
    const evaluation = view === null ? null : evaluate(view);
    if (view === null || evaluation === null) return;
    this.#noteLink(outcome);
    radioLog?.judge(this.#id, evaluation.verdict);
    this.#write(withOffline(evaluation.effects, view.lock, this.#ports.reading().nowMs));
  }

  /** Not awaited: the next step waits for the disk before it sends anything. */
  #write(effects: Effects): void {
    const transaction = transactionOf(this.#id, effects);
    if (transaction !== null) commit(this.#ports, transaction, this.#id).catch(ignoreStoreFailure);
  }

  #noteLink(outcome: CompletedOperation["outcome"]): void {
    if (outcome.kind !== "unreachable") this.#link.answered();
    else if (outcome.isStickFault === true) this.#link.pauseForStick();
    else if (this.#ports.driver.radioState().kind === "online") this.#link.missed();
  }

  #silentMs(): number {
    return this.#ports.monotonicMs() - this.#frameMs;
  }
}

/** A failed commit aborts `store.failed`, which ends the whole gateway. */
function ignoreStoreFailure(): void {}

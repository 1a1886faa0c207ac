import type {
  Doubt,
  DriverListener,
  OperationArgs,
  Outcome,
  PairingStep,
  RadioState,
} from "../../drivers/lock-driver.ts";
import { radioUpSinceSetting } from "../core/contact/radio-up-since.ts";
import { leftNetwork } from "../core/event/reduce.ts";
import type { LockId } from "../core/model/door-lock.ts";
import { hasLeft } from "../core/model/lock.ts";
import type { LockEvent } from "../core/model/lock-event.ts";
import type { Requester } from "../core/model/requester.ts";
import { put } from "../store/store.ts";
import { Availability } from "./availability.ts";
import { transactionOf } from "./effects.ts";
import { takeIn } from "./intake.ts";
import { commit, type LockPorts } from "./lock-ports.ts";
import { LogPull } from "./operations/log-pull.ts";
import { ManualOperations, type ManualOptions } from "./operations/manual-operations.ts";
import { Measurements } from "./operations/measurements.ts";
import { PendingOpenings } from "./operations/pending-openings.ts";
import { RemoteFollowUp } from "./operations/remote-follow-up.ts";
import { StateReader } from "./operations/state-reader.ts";
import { EditsDuringPairing } from "./pairing/edits-during-pairing.ts";
import { pairedTransaction } from "./pairing/pairing-transaction.ts";
import { UnverifiedDevices } from "./pairing/unverified-devices.ts";
import { RadioAlarm } from "./radio/radio-alarm.ts";
import type { RadioFigures } from "./radio/radio-figures.ts";
import { RadioLogBuffer } from "./radio/radio-log-buffer.ts";
import { RadioLogWriter } from "./radio/radio-log-writer.ts";
import { Reconciler } from "./reconciler.ts";
import { restartChanges } from "./restart-changes.ts";
import { WakeTimer } from "./wake-timer.ts";

/** The shell round the core: it hears the driver, keeps every lock at what is wanted, and wakes in time. */
export class LockKeeper implements DriverListener {
  readonly #ports: LockPorts;
  readonly #radioLog: RadioLogBuffer;
  readonly #wakes: WakeTimer;
  readonly #availability: Availability;
  readonly #radioAlarm: RadioAlarm;
  readonly #logPull: LogPull;
  readonly #reconcilers = new Map<LockId, Reconciler>();
  readonly #openings: PendingOpenings;
  readonly #handWork: ManualOperations;
  readonly #programmedWhilePairing = new EditsDuringPairing();
  readonly #measurements: Measurements;
  readonly #remote: RemoteFollowUp;
  readonly #look: StateReader;
  readonly #strangers: UnverifiedDevices;
  readonly #pairingListeners = new Set<(step: PairingStep) => void>();
  #isStopped = false;
  #isOnline = false;

  constructor(given: LockPorts) {
    const radioLog = new RadioLogBuffer(given.store, {
      onFull: (lock) => this.#writeRadioLog(lock),
      nowMs: () => given.reading().nowMs,
    });
    const ports = { ...given, driver: new RadioLogWriter(given.driver, radioLog), radioLog };
    this.#ports = ports;
    this.#radioLog = radioLog;
    this.#wakes = new WakeTimer(
      ports.timers,
      () => ports.reading().nowMs,
      (lock) => this.#due(lock),
    );
    this.#openings = new PendingOpenings(ports);
    this.#measurements = new Measurements(ports);
    this.#remote = new RemoteFollowUp(ports, {
      look: (lock) => this.#readState(lock),
      awaitOpening: (lock) => this.#openings.wait(lock),
    });
    this.#look = new StateReader(ports, {
      inTurn: (lock, use) => this.#reconciler(lock).inTurn(use),
      event: (lock, event) => this.#takeEvent(lock, event),
    });
    this.#handWork = new ManualOperations(ports, {
      remote: this.#remote,
      radioLog,
      reconciler: (lock) => this.#reconciler(lock),
      writeRadioLog: (lock) => this.#writeRadioLog(lock),
    });
    this.#availability = new Availability(ports, (lock) => this.#readState(lock));
    this.#radioAlarm = new RadioAlarm(ports);
    this.#strangers = new UnverifiedDevices(ports);
    this.#logPull = new LogPull(
      ports,
      (lock, use) => this.#reconciler(lock).inTurn(use),
      (lock) => this.wake(lock),
    );
  }

  /**
   * Takes up the work: slots that may differ from their records after a crash are doubted first.
   * The radio comes up by itself afterwards.
   */
  async start(): Promise<void> {
    const { store, driver, reading, timeZone } = this.#ports;
    const changes = restartChanges(store, reading().nowMs, timeZone);
    if (changes.length > 0) await commit(this.#ports, { changes, journal: [] });
    const locks = Array.from(store.list("lock"), (record) => record.lock);
    for (const lock of locks) this.wake(lock);
    for (const { lock, openingPendingAtMs } of store.list("lock")) {
      if (openingPendingAtMs !== null) this.#openings.wait(lock);
      this.#remote.follow(lock);
    }
    this.#availability.start();
    await driver.start(this, locks);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#availability.stop();
    this.#logPull.stop();
    this.#wakes.stop();
    this.#openings.stop();
    this.#measurements.stop();
    this.#remote.stop();
    for (const reconciler of this.#reconcilers.values()) reconciler.stop();
    await this.#ports.driver.stop();
  }

  /** Plan this lock anew: something changed on disk. */
  wake(lock: LockId): void {
    if (!this.#isStopped) this.#reconciler(lock).wake();
  }

  /** The clock was set or its state changed: every window is looked at again. */
  wakeAll(): void {
    for (const lock of this.#ports.store.list("lock")) this.wake(lock.lock);
    this.#wakes.check();
  }

  /** ms by which the planner is behind: a look that did not come, or work on a lock that gets nowhere. */
  behindMs(): number {
    let behindMs = this.#wakes.lateMs();
    for (const reconciler of this.#reconcilers.values()) {
      behindMs = Math.max(behindMs, reconciler.stuckMs());
    }
    return behindMs;
  }

  onPairing(listener: (step: PairingStep) => void): () => void {
    this.#pairingListeners.add(listener);
    return () => this.#pairingListeners.delete(listener);
  }

  /** What the radio did, for metrics. */
  get figures(): RadioFigures {
    return this.#radioLog.figures;
  }

  silentForMs(lock: LockId): number | null {
    return this.#availability.silentForMs(lock);
  }

  /** What is going on with a lock now. */
  statusOf(lock: LockId): { readonly breakMs: number; readonly isWorking: boolean } {
    const reconciler = this.#reconcilers.get(lock);
    return {
      breakMs: reconciler?.breakMs() ?? 0,
      isWorking: (reconciler?.busyMs() ?? 0) > 0,
    };
  }

  /** One operation by hand, in the lock's turn. */
  operateSlot<K extends "getPinCode" | "clearPinCode">(
    lock: LockId,
    operation: { readonly name: K } & OperationArgs[K],
    asked?: Requester,
    signal?: AbortSignal,
  ): Promise<Outcome<K>> {
    return this.#handWork.operateSlot(lock, operation, {
      ...(asked === undefined ? {} : { requester: asked }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  lockEvent(lock: LockId, event: LockEvent): void {
    this.#look.eventReceived(lock, event);
    this.#takeEvent(lock, event);
  }

  #takeEvent(lock: LockId, event: LockEvent): void {
    this.#programmedWhilePairing.eventReceived(lock, event);
    if (event.kind === "heard") {
      this.#availability.frameReceived(lock);
      this.#reconcilers.get(lock)?.frameReceived();
      this.#noteReturn(lock);
      this.#remote.frameReceived(lock);
    }
    const record = this.#ports.store.get("lock", [lock]);
    const wasGone = record !== undefined && hasLeft(record);
    const hasChanged = takeIn(this.#ports, lock, event, this.#measurements);
    if (event.kind === "programmingEvent") this.#reconcilers.get(lock)?.programmingReceived(event);
    if (!hasChanged || this.#isStopped) return;
    if (event.kind === "operationEvent") this.#logPull.eventReceived(lock);
    if (event.kind === "lockState") this.#openings.wait(lock);
    // Nothing was planned for a lock that has left: its first frame of any kind is the sign to begin.
    if (event.kind !== "heard" || wasGone) this.wake(lock);
  }

  pairing(step: PairingStep): void {
    if (step.step === "paired") {
      const slots = this.#programmedWhilePairing.without(step.device, step.slots);
      // Nobody has said that it is the lock: the administrator's code that it shows is not taken over.
      const doubt = step.isExpected ? {} : ({ keypadEdits: "revert" } as const);
      const ports = { ...this.#ports, ...doubt };
      const transaction = pairedTransaction(ports, step.description, slots);
      commit(this.#ports, this.#strangers.paired(transaction, step))
        .then(() => this.#afterPairing(step))
        .catch((cause: unknown) =>
          this.#ports.log.warn({ cause }, "a pairing could not be stored"),
        );
      return;
    }
    this.#programmedWhilePairing.step(step);
    for (const listener of this.#pairingListeners) listener(step);
  }

  #afterPairing(step: Extract<PairingStep, { step: "paired" }>): void {
    for (const listener of this.#pairingListeners) listener(step);
    this.wake(step.device);
    void this.#readState(step.device);
    this.#logPull.missed(step.device);
  }

  /** A lock that was away may have been opened meanwhile. */
  #noteReturn(lock: LockId): void {
    if (this.#ports.store.get("lock", [lock])?.isOnline === false) this.#logPull.missed(lock);
    else this.#logPull.frameReceived(lock);
  }

  left(lock: LockId): void {
    const record = this.#ports.store.get("lock", [lock]);
    if (record === undefined || this.#isStopped) return;
    this.#ports.log.warn({ lock }, "the lock left the network; its records are kept");
    const transaction = transactionOf(lock, leftNetwork(record, this.#ports.reading().nowMs));
    if (transaction === null) return;
    commit(this.#ports, { ...transaction, isUrgent: true }, lock).catch((cause: unknown) => {
      this.#ports.log.warn({ lock, cause }, "the departure of a lock could not be stored");
    });
    // What is planned now is not sent any more; what is late goes on being told.
    this.wake(lock);
  }

  rejoined(lock: LockId, doubt: Doubt): void {
    if (!this.#isStopped) this.#strangers.rejoined(lock, doubt);
  }

  radio(state: RadioState): void {
    const wasOnline = this.#isOnline;
    this.#isOnline = state.kind === "online";
    this.#radioAlarm.radio(state);
    if (state.kind !== "online" || wasOnline) return;
    this.#strangers.radioUp(state);
    const change = put("setting", radioUpSinceSetting, { value: this.#ports.reading().nowMs });
    commit(this.#ports, { changes: [change], journal: [] }).catch((cause: unknown) => {
      this.#ports.log.warn({ cause }, "failed to record that the radio is up");
    });
    // Frames that came while the radio started are lost: ask every lock how it stands.
    for (const { lock } of this.#ports.store.list("lock")) {
      this.#reconcilers.get(lock)?.radioBack();
      this.wake(lock);
      void this.#readState(lock);
      this.#logPull.missed(lock);
    }
  }

  /** One try at locking or unlocking; the caller has marked it as attempted. */
  moveBolt(
    lock: LockId,
    action: "lock" | "unlock",
    deadlineMs: number,
    options?: ManualOptions,
  ): Promise<Outcome> {
    return this.#handWork.moveBolt(lock, action, deadlineMs, options);
  }

  /** Unpairs: clears our slots while the lock can be reached, then tells it to leave. */
  async removeLock(lock: LockId, asked?: Requester): Promise<{ readonly wasTold: boolean }> {
    const reconciler = this.#reconciler(lock);
    reconciler.stop();
    this.#wakes.set(lock, null);
    try {
      return await this.#handWork.removeLock(reconciler, lock, asked);
    } finally {
      this.#reconcilers.delete(lock);
      this.#measurements.forget(lock);
      this.#look.forget(lock);
    }
  }

  /** Writes what waits for a batch of the lock. */
  #writeRadioLog(lock: LockId): void {
    commit(this.#ports, { changes: [], journal: [] }, lock).catch((cause: unknown) => {
      this.#ports.log.warn({ lock, cause }, "the radio log could not be written");
    });
  }

  #reconciler(lock: LockId): Reconciler {
    let reconciler = this.#reconcilers.get(lock);
    if (reconciler === undefined) {
      reconciler = new Reconciler(lock, this.#ports, this.#wakes);
      this.#reconcilers.set(lock, reconciler);
    }
    return reconciler;
  }

  #due(lock: LockId): void {
    this.wake(lock);
  }

  /**
   * Asks a lock how it stands and takes the answer in as its own words.
   * @returns false when the lock is silent; what the stick has failed says nothing of it.
   */
  async #readState(lock: LockId): Promise<boolean> {
    if (!(await this.#look.read(lock))) return false;
    if ((this.#ports.store.get("lock", [lock])?.openingPendingAtMs ?? null) !== null) {
      this.#openings.wait(lock);
    }
    this.#openings.record(lock);
    return true;
  }
}

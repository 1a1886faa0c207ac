import type {
  DriverListener,
  IdentityDoubt,
  PairingStep,
  RadioState,
} from "../../drivers/lock-driver.ts";
import { radioUpSinceSetting } from "../core/contact/radio-up-since.ts";
import { departureEffects } from "../core/event/reduce.ts";
import type { LockId } from "../core/model/door-lock.ts";
import { hasLeft } from "../core/model/lock.ts";
import type { LockEvent } from "../core/model/lock-event.ts";
import type { Requester } from "../core/model/requester.ts";
import { put } from "../store/store.ts";
import { Availability } from "./availability.ts";
import { transactionOf } from "./effects.ts";
import { takeIn } from "./intake.ts";
import { commit, type LockPorts, storeRadioLog } from "./lock-ports.ts";
import type { LockWaker } from "./lock-waker.ts";
import { LogPull } from "./operations/log-pull.ts";
import { ManualOperations } from "./operations/manual-operations.ts";
import { Measurements } from "./operations/measurements.ts";
import { PendingOpenings } from "./operations/pending-openings.ts";
import { RemoteFollowUp } from "./operations/remote-follow-up.ts";
import { StateReader } from "./operations/state-reader.ts";
import { PairingIntake } from "./pairing/pairing-intake.ts";
import { UnverifiedDevices } from "./pairing/unverified-devices.ts";
import { RadioAlarm } from "./radio/radio-alarm.ts";
import type { RadioFigures } from "./radio/radio-figures.ts";
import { RadioLogBuffer } from "./radio/radio-log-buffer.ts";
import { RadioLogWriter } from "./radio/radio-log-writer.ts";
import { Reconcilers } from "./reconcilers.ts";
import { restartChanges } from "./restart-changes.ts";
import { endFutureTimes } from "./set-back-restore.ts";
import { doorsOfUsedGrants } from "./used-grants.ts";

/** The shell round the core: takes in what the driver reports, and keeps every lock in its desired state. */
export class LockKeeper implements DriverListener {
  /** What a person asks a lock to do now. */
  readonly manual: ManualOperations;
  readonly pairings: PairingIntake;
  readonly #ports: LockPorts;
  readonly #radioLog: RadioLogBuffer;
  readonly #reconcilers: Reconcilers;
  readonly #availability: Availability;
  readonly #radioAlarm: RadioAlarm;
  readonly #logPull: LogPull;
  readonly #openings: PendingOpenings;
  readonly #measurements: Measurements;
  readonly #remote: RemoteFollowUp;
  readonly #states: StateReader;
  readonly #unverified: UnverifiedDevices;
  #isStopped = false;
  #isOnline = false;

  constructor(given: LockPorts) {
    const radioLog = new RadioLogBuffer(given.store, {
      onFull: (lock) => storeRadioLog(ports, lock),
      nowMs: () => given.reading().nowMs,
    });
    const ports = { ...given, driver: new RadioLogWriter(given.driver, radioLog), radioLog };
    this.#ports = ports;
    this.#radioLog = radioLog;
    this.#reconcilers = new Reconcilers(ports);
    this.#openings = new PendingOpenings(ports);
    this.#measurements = new Measurements(ports);
    this.#remote = new RemoteFollowUp(ports, {
      readState: (lock) => this.#readState(lock),
      awaitOpening: (lock) => this.#openings.wait(lock),
    });
    this.#states = new StateReader(ports, this.#reconcilers, (lock, event) =>
      this.#takeEvent(lock, event),
    );
    this.manual = new ManualOperations(ports, this.#reconcilers, this.#remote);
    this.#availability = new Availability(ports, (lock) => this.#readState(lock));
    this.#radioAlarm = new RadioAlarm(ports);
    this.#unverified = new UnverifiedDevices(ports);
    this.pairings = new PairingIntake(ports, this.#unverified, (lock) => this.#paired(lock));
    this.#logPull = new LogPull(ports, this.#reconcilers);
  }

  /** The way from a commit to the plan of a lock. */
  get waker(): LockWaker {
    return this.#reconcilers.waker;
  }

  /**
   * Begins to work. First, times of the future are moved to now, and slots that may differ from their records after
   * a crash become unknown. The radio comes up by itself afterwards.
   */
  async start(): Promise<void> {
    const { store, driver, reading, timeZone } = this.#ports;
    await endFutureTimes(this.#ports);
    const changes = restartChanges(store, reading().nowMs, timeZone);
    if (changes.length > 0) await commit(this.#ports, { changes, journal: [] });
    const locks = this.#locks();
    for (const lock of locks) this.waker.wake(lock);
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
    this.#reconcilers.stop();
    this.#openings.stop();
    this.#measurements.stop();
    this.#remote.stop();
    await this.#ports.driver.stop();
  }

  /** The clock was set or its state changed: plans every lock again. */
  wakeAll(): void {
    this.waker.wakeAll(this.#locks());
  }

  /** Returns by how much planning is late, ms; see {@link Reconcilers.lateMs}. */
  behindMs(): number {
    return this.#reconcilers.lateMs();
  }

  /** Counters of the radio, for metrics. */
  get figures(): RadioFigures {
    return this.#radioLog.figures;
  }

  silentForMs(lock: LockId): number | null {
    return this.#availability.silentForMs(lock);
  }

  /** Returns whether a lock is being worked with, and for how long it is left alone, ms. */
  statusOf(lock: LockId): { readonly breakMs: number; readonly isWorking: boolean } {
    const reconciler = this.#reconcilers.find(lock);
    return {
      breakMs: reconciler?.breakMs() ?? 0,
      isWorking: (reconciler?.radio.busyMs() ?? 0) > 0,
    };
  }

  /** Unpairs: clears our slots while the lock can be reached, then tells it to leave. */
  async removeLock(lock: LockId, requester?: Requester): Promise<{ readonly wasTold: boolean }> {
    this.#reconcilers.stopPlanning(lock);
    try {
      return await this.manual.removeLock(lock, requester);
    } finally {
      this.#reconcilers.forget(lock);
      this.#measurements.forget(lock);
      this.#states.forget(lock);
    }
  }

  lockEvent(lock: LockId, event: LockEvent): void {
    this.#states.eventReceived(lock, event);
    this.#takeEvent(lock, event);
  }

  pairing(step: PairingStep): void {
    this.pairings.takeStep(step);
  }

  left(lock: LockId): void {
    const record = this.#ports.store.get("lock", [lock]);
    if (record === undefined || this.#isStopped) return;
    this.#ports.log.warn({ lock }, "the lock left the network; its records are kept");
    const transaction = transactionOf(lock, departureEffects(record, this.#ports.reading().nowMs));
    if (transaction === null) return;
    commit(this.#ports, { ...transaction, isUrgent: true }, lock).catch((cause: unknown) => {
      this.#ports.log.warn({ lock, cause }, "failed to store that a lock left the network");
    });
    // From now on the plan sends nothing, but still reports what is overdue.
    this.waker.wake(lock);
  }

  rejoined(lock: LockId, doubt: IdentityDoubt): void {
    if (!this.#isStopped) this.#unverified.rejoined(lock, doubt);
  }

  radio(state: RadioState): void {
    const wasOnline = this.#isOnline;
    this.#isOnline = state.kind === "online";
    this.#radioAlarm.radio(state);
    if (state.kind !== "online" || wasOnline) return;
    this.#unverified.radioUp(state);
    const change = put("setting", radioUpSinceSetting, { value: this.#ports.reading().nowMs });
    commit(this.#ports, { changes: [change], journal: [] }).catch((cause: unknown) => {
      this.#ports.log.warn({ cause }, "failed to record that the radio is up");
    });
    // Frames that came while the radio started are lost: read the state of every lock.
    for (const { lock } of this.#ports.store.list("lock")) {
      this.#reconcilers.find(lock)?.radioBack();
      this.waker.wake(lock);
      void this.#readState(lock);
      this.#logPull.missed(lock);
    }
  }

  #takeEvent(lock: LockId, event: LockEvent): void {
    this.pairings.eventReceived(lock, event);
    if (event.kind === "heard") {
      this.#availability.frameReceived(lock);
      this.#reconcilers.find(lock)?.frameReceived();
      this.#noteReturn(lock);
      this.#remote.frameReceived(lock);
    }
    const record = this.#ports.store.get("lock", [lock]);
    const wasGone = record !== undefined && hasLeft(record);
    const hasChanged = takeIn(this.#ports, lock, event, this.#measurements);
    if (event.kind === "programmingEvent") {
      this.#reconcilers.find(lock)?.programmingReceived(event);
    }
    if (!hasChanged || this.#isStopped) return;
    if (event.kind === "operationEvent") {
      this.#logPull.eventReceived(lock);
      for (const other of doorsOfUsedGrants(this.#ports.store, lock)) this.waker.wake(other);
    }
    if (event.kind === "lockState") this.#openings.wait(lock);
    // Nothing was planned for a lock that has left: its first frame of any kind begins the work again.
    if (event.kind !== "heard" || wasGone) this.waker.wake(lock);
  }

  #paired(lock: LockId): void {
    this.waker.wake(lock);
    void this.#readState(lock);
    this.#logPull.missed(lock);
  }

  /** A lock that was away may have been opened in that time. */
  #noteReturn(lock: LockId): void {
    if (this.#ports.store.get("lock", [lock])?.isOnline === false) this.#logPull.missed(lock);
    else this.#logPull.frameReceived(lock);
  }

  /**
   * Reads a lock's state and takes the answer in like events of the lock.
   * @returns false when the lock is silent; a fault of the stick says nothing about the lock
   */
  async #readState(lock: LockId): Promise<boolean> {
    if (!(await this.#states.read(lock))) return false;
    if ((this.#ports.store.get("lock", [lock])?.openingPendingAtMs ?? null) !== null) {
      this.#openings.wait(lock);
    }
    this.#openings.record(lock);
    return true;
  }

  #locks(): readonly LockId[] {
    return Array.from(this.#ports.store.list("lock"), ({ lock }) => lock);
  }
}

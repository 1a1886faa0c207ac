import type { Controller } from "zigbee-herdsman";
import type { LockId } from "../../daemon/core/model/door-lock.ts";
import type { NetworkDevice, NetworkReport } from "../../daemon/core/model/gateway/network.ts";
import { checkJoinSeconds, notAFoundLock, stickOffline } from "../driver-errors.ts";
import type {
  DriverListener,
  LockDriver,
  NetworkInspector,
  OperationArgs,
  OperationName,
  Outcome,
  RadioState,
} from "../lock-driver.ts";
import { DeviceSetup } from "./device-setup.ts";
import type { ZigbeeDriverOptions } from "./driver-options.ts";
import { makeRadio } from "./driver-radio.ts";
import { errorLabel } from "./failures.ts";
import { EventSequence } from "./frames/event-sequence.ts";
import { LockFrames } from "./frames/lock-frames.ts";
import { HeadStart } from "./head-start.ts";
import { listenToController } from "./herdsman/controller-events.ts";
import { hasNoAddress } from "./herdsman/device-database.ts";
import { deviceListFault } from "./herdsman/device-list.ts";
import { type DriverLogger, routeHerdsmanLog } from "./herdsman/herdsman-log.ts";
import { nextSequenceNumber } from "./herdsman/herdsman-parts.ts";
import { containHerdsmanRejections } from "./herdsman/herdsman-rejections.ts";
import { foundLocks, networkReport, pingStick } from "./herdsman/network-report.ts";
import { ListenerGate } from "./listener-gate.ts";
import { Exchanger } from "./operations/exchange.ts";
import { LockOperations } from "./operations/lock-operations.ts";
import { Admission } from "./pairing/admission.ts";
import { DeviceRemovals } from "./pairing/device-removals.ts";
import { JoinGate } from "./pairing/join-gate.ts";
import { Pairing } from "./pairing/pairing.ts";
import { Presence } from "./presence/presence.ts";
import type { Radio, Session } from "./stick/radio.ts";

/** Others must not read codes and keys in herdsman's files; herdsman sets no mode itself. */
const privateUmask = 0o077;

/**
 * Zigbee locks behind a Z-Stack 3 stick, through zigbee-herdsman.
 *
 * INVARIANTS
 * - One driver per process: herdsman keeps its devices in static registries.
 * - No operation outlives its deadline, and no frame of it goes out afterwards.
 * - The listener gets `heard` first, then the events of that frame, in the sequence of the radio.
 * - No new network is formed while locks are known.
 */
export class ZigbeeDriver implements LockDriver, NetworkInspector {
  readonly #logger: DriverLogger;
  readonly #exchanger = new Exchanger(nextSequenceNumber, () => this.#session?.watch ?? null);
  readonly #operations: LockOperations;
  readonly #frames: LockFrames;
  readonly #gate: ListenerGate;
  readonly #events: EventSequence;
  readonly #pairing: Pairing;
  readonly #presence: Presence;
  readonly #admission: Admission;
  readonly #joining: JoinGate;
  readonly #devices: DeviceSetup;
  readonly #radio: Radio;
  readonly #known = new Set<LockId>();
  readonly #removals = new DeviceRemovals();
  readonly #headStart = new HeadStart();
  #session: Session | null = null;
  #releaseRejections: (() => void) | null = null;

  constructor(options: ZigbeeDriverOptions) {
    const { logger } = options;
    this.#logger = logger;
    const quirks = options.quirks ?? [];
    this.#gate = new ListenerGate(logger);
    this.#events = new EventSequence(this.#gate, options.eventsStored ?? (() => Promise.resolve()));
    this.#frames = new LockFrames({
      exchanger: this.#exchanger,
      quirks,
      emit: (lock, event) => this.#events.emit(lock, event),
      runAfterEvents: (run) => this.#events.runAfter(run),
      hasWorkFor: (lock) => this.#operations.isWaiting(lock),
      onFailure: (error) => this.#note("failed to send an answer to a lock", error),
    });
    this.#presence = new Presence({
      controller: () => this.#session?.controller ?? null,
      isOurs: (lock) => this.#known.has(lock),
      isSleepy: (lock) => options.describe?.(lock)?.capabilities.isSleepy === true,
      isExpected: (lock) => this.#pairing.expects(lock),
      onLeft: (lock) => this.#left(lock),
      onDoubt: (lock, doubt) => this.#gate.notify((listener) => listener.rejoined?.(lock, doubt)),
      onMoved: (lock) => {
        this.#exchanger.endFor(lock, "noRoute");
        // After the callers have their outcome: the lock is awake at its new address.
        setImmediate(() => this.#events.emit(lock, { kind: "heard" }));
      },
      logger,
    });
    this.#operations = new LockOperations(this.#exchanger, this.#presence, (lock, device) =>
      this.#frames.quirksOf(lock, device),
    );
    this.#pairing = new Pairing({
      exchanger: this.#exchanger,
      quirks,
      getTime: options.getTime,
      isKnown: (lock) => this.#known.has(lock),
      report: (step) => this.#gate.notify((listener) => listener.pairing(step)),
      onRejoined: (lock) => {
        this.#gate.notify((listener) => listener.rejoined?.(lock, "joined"));
        // A code that waits is not sent any more.
        this.#exchanger.endFor(lock, "noRoute");
      },
      onPaired: ({ lock }) => {
        this.#known.add(lock);
        this.#presence.departures.frameReceived(lock);
        this.#frames.forget(lock);
      },
      logger,
    });
    this.#admission = new Admission({
      pairing: this.#pairing,
      controller: () => this.#session?.controller ?? null,
      isLeaving: (ieee) => this.#removals.isLeaving(ieee),
      recordFault: () => deviceListFault(this.#session?.controller ?? null),
      report: (step) => this.#gate.notify((listener) => listener.pairing(step)),
    });
    this.#joining = new JoinGate(
      () => this.#session?.controller ?? null,
      () => this.#pairing.open(0, null),
    );
    this.#devices = new DeviceSetup({
      isOurs: (lock) => this.#known.has(lock),
      getTime: options.getTime,
      onFailure: (error) => this.#note("failed to send the time to a device", error),
    });
    this.#radio = makeRadio({
      options,
      knownLocks: this.#known,
      attach: (controller) => this.#listenTo(controller),
      onBegun: () => this.#headStart.end(),
      acceptsDevice: (ieee) => this.#admission.accepts(ieee),
      eventsStored: () => this.#events.stored(),
      folded: (lock, frames) => this.#events.emit(lock, frames),
      changed: (state, session) => this.#radioChanged(state, session),
    });
  }

  /**
   * Starts the radio before there is a listener: its calls wait for {@link start}. The store
   * must be open, because the locks in it keep a new network from being formed.
   * @param knownLocks as of {@link start}
   * @returns a promise that resolves when the stick is in herdsman's hands or the first try has failed,
   * after 250 ms at the latest: until then the radio wants the processor for itself.
   */
  async bringUp(knownLocks: readonly LockId[]): Promise<void> {
    this.#raise(knownLocks);
    await this.#headStart.ended();
  }

  start(listener: DriverListener, knownLocks: readonly LockId[]): Promise<void> {
    if (this.#gate.isOpen) throw new Error("the driver was started before");
    if (this.#gate.open(listener) > 0) this.#gate.notify(() => listener.radio(this.#radio.state));
    this.#raise(knownLocks);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#events.flush();
    this.#exchanger.endAll("aborted");
    await this.#radio.stop();
    this.#releaseRejections?.();
    this.#releaseRejections = null;
  }

  radioState(): RadioState {
    return this.#radio.state;
  }

  /** ms since the radio last made progress; see {@link Radio.idleMs}. */
  radioIdleMs(): number {
    return this.#radio.idleMs();
  }

  perform<K extends OperationName>(
    lock: LockId,
    operation: { readonly name: K } & OperationArgs[K],
    options: Parameters<LockDriver["perform"]>[2],
  ): Promise<Outcome<K>> {
    const controller = this.#session?.controller ?? null;
    return this.#operations.perform(controller, lock, operation, options);
  }

  async permitJoin(seconds: number, expected?: LockId): Promise<void> {
    checkJoinSeconds(seconds);
    // From now on, even before the stick gets the request.
    this.#pairing.open(seconds, expected ?? null);
    await this.#joining.permit(seconds);
  }

  isPermittingJoin(): boolean {
    return this.#pairing.isOpen;
  }

  addInstallCode(text: string): Promise<LockId | null> {
    return this.#joining.addInstallCode(text);
  }

  adopt(lock: LockId): void {
    const { controller } = this.#session ?? {};
    const device = controller?.getDeviceByIeeeAddr(lock);
    if (controller === undefined) throw stickOffline();
    if (device === undefined || this.#known.has(lock)) throw notAFoundLock();
    this.#pairing.adopt(controller, device);
  }

  foundLocks(): readonly NetworkDevice[] {
    return foundLocks(this.#session?.controller ?? null, this.#known);
  }

  async remove(lock: LockId): Promise<{ readonly wasTold: boolean }> {
    this.#known.delete(lock);
    this.#operations.forget(lock);
    this.#presence.forget(lock);
    this.#frames.forget(lock);
    return { wasTold: await this.#removals.remove(lock, this.#session?.controller ?? null) };
  }

  network(...asked: Parameters<NetworkInspector["network"]>): Promise<NetworkReport> {
    return networkReport(this.#session?.controller ?? null, ...asked);
  }

  unknownLocks(): readonly LockId[] {
    const controller = this.#session?.controller;
    if (controller === undefined) return [];
    return [...this.#known].filter((lock) => {
      const device = controller.getDeviceByIeeeAddr(lock);
      return device === undefined || hasNoAddress(device) || this.#presence.departures.isGone(lock);
    });
  }

  ping(): Promise<number | null> {
    return pingStick(this.#session?.controller ?? null);
  }

  #raise(knownLocks: readonly LockId[]): void {
    for (const lock of knownLocks) this.#known.add(lock);
    if (this.#releaseRejections !== null) return;
    process.umask(privateUmask);
    routeHerdsmanLog(this.#logger);
    this.#releaseRejections = containHerdsmanRejections(this.#logger);
    this.#radio.start();
  }

  #note(what: string, error: unknown): void {
    this.#logger.debug({ reason: errorLabel(error) }, what);
  }

  #radioChanged(state: RadioState, session: Session | null): void {
    const before = this.#session;
    this.#session = session;
    if (session === null) this.#leaveSession(before);
    else if (session !== before) {
      this.#devices.begin(session.controller);
      this.#presence.begin(session.controller);
      this.#removals.finish(session.controller);
      // A stick that ran on while the daemon was away may still be letting devices in.
      this.#joining
        .permit(0)
        .catch((error: unknown) => this.#note("failed to close joining", error));
    }
    if (state.kind !== "starting") this.#headStart.end();
    this.#gate.notify((listener) => listener.radio(state));
  }

  /** Joining ends with the session: a person permits it for a time on one session. */
  #leaveSession(before: Session | null): void {
    this.#exchanger.endAll("stickOffline");
    if (before === null) return;
    this.#pairing.open(0, null);
    this.#pairing.abandon("The Zigbee stick went away meanwhile. Open the network again.");
  }

  #left(lock: LockId): void {
    this.#exchanger.endFor(lock, "noRoute");
    this.#pairing.left(lock);
    if (!this.#known.has(lock)) return;
    this.#frames.forget(lock);
    this.#gate.notify((listener) => listener.left(lock));
  }

  #listenTo(controller: Controller): void {
    listenToController(controller, {
      frames: this.#frames,
      events: this.#events,
      pairing: this.#pairing,
      takeOver: (device) => this.#devices.takeOver(device),
      presence: this.#presence,
      onLeft: (lock) => this.#left(lock),
      logger: this.#logger,
    });
  }
}

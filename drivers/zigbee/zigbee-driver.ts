import type { Controller, Models } from "zigbee-herdsman";
import { delay } from "../../daemon/base/delay.ts";
import { isLockId, type LockId } from "../../daemon/core/model/door-lock.ts";
import type { NetworkDevice, NetworkReport } from "../../daemon/core/model/gateway/network.ts";
import type { ServedTime } from "../../daemon/core/time/served-time.ts";
import type {
  DriverListener,
  LockDescription,
  LockDriver,
  NetworkInspector,
  OperationArgs,
  OperationName,
  Outcome,
  RadioState,
} from "../lock-driver.ts";
import { errorLabel } from "./failures.ts";
import { EventSequence } from "./frames/event-sequence.ts";
import { LockFrames } from "./frames/lock-frames.ts";
import { listenToController } from "./herdsman/controller-events.ts";
import type { StickOptions } from "./herdsman/controller-start.ts";
import { hasNoAddress } from "./herdsman/device-database.ts";
import { type DriverLogger, routeHerdsmanLog } from "./herdsman/herdsman-log.ts";
import { nextSequenceNumber } from "./herdsman/herdsman-parts.ts";
import { containHerdsmanRejections } from "./herdsman/herdsman-rejections.ts";
import { NetworkFiles } from "./herdsman/network-files.ts";
import { foundLocks, networkReport, pingStick } from "./herdsman/network-report.ts";
import { openSession } from "./herdsman/session.ts";
import { ListenerGate } from "./listener-gate.ts";
import { Exchanger } from "./operations/exchange.ts";
import { LockOperations } from "./operations/lock-operations.ts";
import { serveTime } from "./operations/time-server.ts";
import { sendAway } from "./pairing/device-removal.ts";
import { JoinGate, notAFoundLock, stickOffline } from "./pairing/join-gate.ts";
import { interviewed, Pairing } from "./pairing/pairing.ts";
import { RefusalLimit } from "./pairing/refusal-limit.ts";
import { Presence } from "./presence/presence.ts";
import type { ModelQuirks } from "./quirks/quirk-model.ts";
import { defaultTiming, Radio, type RadioTiming, type Session } from "./stick/radio.ts";

export interface ZigbeeDriverOptions {
  readonly stick: StickOptions;
  /** Where the network's files live; made with mode 0700 if need be. */
  readonly directory: string;
  /** For a network that is formed anew, 11 … 26. An existing network keeps its own. */
  readonly channel: number;
  /** Quirks on top of the built-in table. */
  readonly quirks?: readonly ModelQuirks[];
  readonly getTime: () => ServedTime;
  /** Resolves when the events handed on so far are on disk; nothing waits for them without it. */
  readonly eventsStored?: () => Promise<void>;
  readonly logger: DriverLogger;
  readonly timing?: Partial<RadioTiming>;
  /** What the gateway has on record of a lock: from it a lost device is made again. */
  readonly describe?: (lock: LockId) => LockDescription | null;
}

/** No code or key of others may be readable in what herdsman writes; it gives no mode itself. */
const privateUmask = 0o077;
/** The daemon waits no longer for a stick to be looked at before it goes on to load the rest. */
const maxHeadStartMs = 250;

/**
 * Zigbee locks behind a Z-Stack 3 stick, through zigbee-herdsman.
 *
 * INVARIANTS
 * - One driver per process: herdsman keeps its devices in static registries.
 * - No operation outlives its deadline, and no frame of it goes out afterwards.
 * - The listener hears `heard` first, then the events of that frame, in the order of the air.
 * - No new network is formed while locks are known.
 */
export class ZigbeeDriver implements LockDriver, NetworkInspector {
  readonly #logger: DriverLogger;
  readonly #getTime: () => ServedTime;
  readonly #exchanger = new Exchanger(nextSequenceNumber, () => this.#session?.watch ?? null);
  readonly #operations: LockOperations;
  readonly #frames: LockFrames;
  readonly #gate: ListenerGate;
  readonly #events: EventSequence;
  readonly #pairing: Pairing;
  readonly #presence: Presence;
  readonly #knocks = new RefusalLimit(() => performance.now());
  readonly #joining: JoinGate;
  readonly #radio: Radio;
  readonly #known = new Set<LockId>();
  /** Locks that are being told to leave, or are to be forgotten when the stick is back. */
  readonly #leaving = new Set<string>();
  readonly #begun: Promise<void>;
  #markBegun: () => void = () => undefined;
  #session: Session | null = null;
  #releaseRejections: (() => void) | null = null;

  constructor(options: ZigbeeDriverOptions) {
    const { logger } = options;
    this.#logger = logger;
    this.#getTime = options.getTime;
    const quirks = options.quirks ?? [];
    this.#begun = new Promise((resolve) => {
      this.#markBegun = resolve;
    });
    this.#gate = new ListenerGate(logger);
    this.#events = new EventSequence(this.#gate, options.eventsStored ?? (() => Promise.resolve()));
    this.#frames = new LockFrames({
      exchanger: this.#exchanger,
      quirks,
      emit: (lock, event) => this.#events.emit(lock, event),
      runAfterEvents: (run) => this.#events.runAfter(run),
      hasWorkFor: (lock) => this.#operations.isWaiting(lock),
      onFailure: (error) => this.#note("an answer to a lock was not sent", error),
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
        // After whoever waited has heard the end of it: the lock is awake at its new address.
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
      tell: (step) => this.#gate.notify((listener) => listener.pairing(step)),
      onRejoined: (lock) => {
        this.#gate.notify((listener) => listener.rejoined?.(lock, "joined"));
        // A code that was on its way does not go out any more.
        this.#exchanger.endFor(lock, "noRoute");
      },
      onPaired: ({ lock }) => {
        this.#known.add(lock);
        this.#presence.departures.frameReceived(lock);
        this.#frames.forget(lock);
      },
      logger,
    });
    this.#joining = new JoinGate(
      () => this.#session?.controller ?? null,
      () => this.#pairing.open(0, null),
    );
    const timing = { ...defaultTiming, ...options.timing };
    const session = {
      stick: options.stick,
      files: new NetworkFiles(options.directory),
      channel: options.channel,
      ownLocks: { locks: this.#known, describe: options.describe ?? (() => null) },
      timing: { answerMs: timing.probeTimeoutMs, confirmMs: timing.confirmMs },
      ownFrames: { isAccepted: false, isConfirmed: false },
      attach: (controller: Controller) => this.#hear(controller),
      onBegun: () => this.#markBegun(),
      acceptsDevice: (ieee: string) => this.#accepts(ieee),
      logger,
    };
    this.#radio = new Radio(
      (signal) => openSession(session, signal),
      { changed: (state, up) => this.#radioChanged(state, up) },
      timing,
      logger,
    );
  }

  /**
   * Brings the radio up before there is a listener: what it tells waits for {@link start}. The store
   * has to be open, for the locks it holds keep a new network from being formed.
   * @param knownLocks as of {@link start}
   * @returns a promise that resolves when the stick is in herdsman's hands or the first try has failed,
   * after 250 ms at the latest: until then the radio wants the processor for itself.
   */
  async bringUp(knownLocks: readonly LockId[]): Promise<void> {
    this.#raise(knownLocks);
    const over = new AbortController();
    await Promise.race([this.#begun, delay(maxHeadStartMs, over.signal)]);
    over.abort();
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

  /** ms since the radio last got on; see {@link Radio.idleMs}. */
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
    JoinGate.check(seconds);
    // From now on, whatever the stick still takes to hear of it.
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
    this.#leaving.add(lock);
    // Without a stick the lock is forgotten when the stick is back.
    if (this.#session === null) return { wasTold: false };
    const device = this.#session.controller.getDeviceByIeeeAddr(lock);
    const wasTold = device === undefined ? false : await sendAway(device);
    this.#leaving.delete(lock);
    return { wasTold };
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

  #accepts(ieee: string): Promise<boolean> {
    const device = this.#session?.controller.getDeviceByIeeeAddr(ieee);
    const isInterviewed = device?.interviewState === interviewed && !this.#leaving.has(ieee);
    if (this.#pairing.accepts(ieee, isInterviewed)) return Promise.resolve(true);
    if (!this.#knocks.mayReport()) return new Promise(() => {});
    const reason = this.#pairing.refusal;
    if (isLockId(ieee)) {
      this.#gate.notify((listener) => listener.pairing({ step: "refused", device: ieee, reason }));
    }
    return Promise.resolve(false);
  }

  #note(what: string, error: unknown): void {
    this.#logger.debug({ reason: errorLabel(error) }, what);
  }

  #radioChanged(state: RadioState, session: Session | null): void {
    const before = this.#session;
    this.#session = session;
    if (session === null) this.#leaveSession(before);
    else if (session !== before) this.#settleIn(session.controller);
    if (state.kind !== "starting") this.#markBegun();
    this.#gate.notify((listener) => listener.radio(state));
  }

  /** Nobody is let in any more: joining is permitted by a person, for one stretch on one session. */
  #leaveSession(before: Session | null): void {
    this.#exchanger.endAll("stickOffline");
    if (before === null) return;
    this.#pairing.open(0, null);
    this.#pairing.abandon("The Zigbee stick went away meanwhile. Open the network again.");
  }

  /** What has to be done to herdsman's devices after each start, for it keeps none of it. */
  #settleIn(controller: Controller): void {
    for (const device of [...controller.getDevicesIterator()]) {
      if (device.type === "Coordinator") continue;
      if (this.#isUnfinished(device)) device.removeFromDatabase(true);
      else this.#takeOver(device);
    }
    this.#presence.begin(controller);
    for (const lock of this.#leaving) {
      controller.getDeviceByIeeeAddr(lock)?.removeFromDatabase(true);
      this.#leaving.delete(lock);
    }
    // A stick that ran on while the daemon was away may still be letting devices in.
    this.#joining.permit(0).catch((error: unknown) => this.#note("joining was not closed", error));
  }

  /** A newcomer whose interview was cut short by the end of the last run. */
  #isUnfinished({ ieeeAddr, interviewState }: Models.Device): boolean {
    return interviewState !== interviewed && !(isLockId(ieeeAddr) && this.#known.has(ieeeAddr));
  }

  /** Time and default responses are answered here, not by herdsman. */
  #takeOver(device: Models.Device): void {
    device.skipDefaultResponse = true;
    serveTime(device, this.#getTime, (error) => this.#note("the time was not told", error));
  }

  #left(lock: LockId): void {
    this.#exchanger.endFor(lock, "noRoute");
    this.#pairing.left(lock);
    if (!this.#known.has(lock)) return;
    this.#frames.forget(lock);
    this.#gate.notify((listener) => listener.left(lock));
  }

  #hear(controller: Controller): void {
    listenToController(controller, {
      frames: this.#frames,
      events: this.#events,
      pairing: this.#pairing,
      takeOver: (device) => this.#takeOver(device),
      presence: this.#presence,
      onLeft: (lock) => this.#left(lock),
      logger: this.#logger,
    });
  }
}

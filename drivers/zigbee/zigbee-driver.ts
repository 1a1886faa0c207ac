import type { Controller, Models } from "zigbee-herdsman";
import sequenceNumbers from "zigbee-herdsman/dist/controller/helpers/zclTransactionSequenceNumber.js";
import { isLockId, type LockId } from "../../daemon/core/door-lock.ts";
import type { ServedTime } from "../../daemon/core/served-time.ts";
import type {
  DriverListener,
  LockDriver,
  LockEvent,
  NetworkInspector,
  OperationArgs,
  OperationName,
  Outcome,
  RadioState,
} from "../lock-driver.ts";
import { Exchanger } from "./exchange.ts";
import { errorLabel } from "./failures.ts";
import { type DriverLogger, routeHerdsmanLog } from "./herdsman-log.ts";
import { containHerdsmanRejections } from "./herdsman-rejections.ts";
import { JoinGate } from "./join-gate.ts";
import { LockFrames } from "./lock-frames.ts";
import { NetworkFiles } from "./network-files.ts";
import { networkReport, pingStick } from "./network-report.ts";
import { Pairing, sendAway } from "./pairing.ts";
import { performOn } from "./performers.ts";
import { Precedence } from "./precedence.ts";
import type { ModelQuirks } from "./quirks.ts";
import { defaultTiming, Radio, type RadioTiming, type Session } from "./radio.ts";
import { openSession, type StickOptions } from "./session.ts";
import { serveTime } from "./time-server.ts";

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
  readonly settled?: () => Promise<void>;
  readonly logger: DriverLogger;
  readonly timing?: Partial<RadioTiming>;
}

/** No code or key of others may be readable in what herdsman writes; it gives no mode itself. */
const privateUmask = 0o077;

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
  readonly #exchanger = new Exchanger(() => sequenceNumbers.default.next());
  readonly #frames: LockFrames;
  readonly #precedence: Precedence;
  readonly #pairing: Pairing;
  readonly #gate: JoinGate;
  readonly #radio: Radio;
  readonly #known = new Set<LockId>();
  /** Locks whose last operation did not get through: at their next check-in they are kept awake. */
  readonly #missed = new Set<LockId>();
  /** Operations in flight, by lock. */
  readonly #inFlight = new Map<LockId, number>();
  /** Locks that are being told to leave, or are to be forgotten when the stick is back. */
  readonly #leaving = new Set<LockId>();
  #listener: DriverListener | null = null;
  #session: Session | null = null;
  #releaseRejections: (() => void) | null = null;

  constructor(options: ZigbeeDriverOptions) {
    const { logger } = options;
    this.#logger = logger;
    this.#getTime = options.getTime;
    const quirks = options.quirks ?? [];
    this.#precedence = new Precedence(options.settled ?? (() => Promise.resolve()));
    this.#frames = new LockFrames({
      exchanger: this.#exchanger,
      quirks,
      emit: (lock, event) => this.#emit(lock, event),
      after: (run) => this.#precedence.after(run),
      wantsAttention: (lock) => this.#missed.has(lock) || this.#inFlight.has(lock),
      onFailure: (error) => this.#note("an answer to a lock was not sent", error),
    });
    this.#pairing = new Pairing({
      exchanger: this.#exchanger,
      quirks,
      getTime: options.getTime,
      isKnown: (lock) => this.#known.has(lock),
      tell: (step) => this.#guarded(() => this.#listener?.pairing(step)),
      onPaired: ({ lock }) => {
        this.#known.add(lock);
        this.#frames.forget(lock);
      },
      logger,
    });
    this.#gate = new JoinGate(
      () => this.#session?.controller ?? null,
      () => this.#pairing.open(0, null),
    );
    const session = {
      stick: options.stick,
      files: new NetworkFiles(options.directory),
      channel: options.channel,
      knownLocks: () => this.#known,
      attach: (controller: Controller) => this.#attach(controller),
      acceptsDevice: (ieee: string) => this.#accepts(ieee),
      logger,
    };
    this.#radio = new Radio(
      (signal) => openSession(session, signal),
      { changed: (state, up) => this.#radioChanged(state, up) },
      { ...defaultTiming, ...options.timing },
      logger,
    );
  }

  start(listener: DriverListener, knownLocks: readonly LockId[]): Promise<void> {
    if (this.#listener !== null) throw new Error("the driver was started before");
    this.#listener = listener;
    for (const lock of knownLocks) this.#known.add(lock);
    process.umask(privateUmask);
    routeHerdsmanLog(this.#logger);
    this.#releaseRejections = containHerdsmanRejections(this.#logger);
    this.#radio.start();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#precedence.letGo();
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

  async perform<K extends OperationName>(
    lock: LockId,
    operation: { readonly name: K } & OperationArgs[K],
    options: {
      readonly deadlineMs: number;
      readonly endpoint: number;
      readonly signal?: AbortSignal;
      readonly onSent?: (sequence: number) => void;
    },
  ): Promise<Outcome<K>> {
    if (this.#session === null) {
      return { kind: "unreachable", cause: "stickOffline", wasSent: false };
    }
    const device = this.#session.controller.getDeviceByIeeeAddr(lock);
    const endpoint = device?.getEndpoint(options.endpoint);
    if (device === undefined || endpoint === undefined) {
      return { kind: "unreachable", cause: "noRoute", wasSent: false };
    }
    const quirks = this.#frames.quirksOf(lock, device);
    const { exchanger, inFlight } = { exchanger: this.#exchanger, inFlight: this.#inFlight };
    inFlight.set(lock, (inFlight.get(lock) ?? 0) + 1);
    try {
      const target = { device, endpoint, exchanger, quirks };
      const outcome = await performOn(target, operation, options);
      if (outcome.kind === "unreachable") this.#missed.add(lock);
      else this.#missed.delete(lock);
      return outcome;
    } finally {
      const count = (inFlight.get(lock) ?? 1) - 1;
      if (count === 0) inFlight.delete(lock);
      else inFlight.set(lock, count);
    }
  }

  async permitJoin(seconds: number, expected?: LockId): Promise<void> {
    JoinGate.check(seconds);
    // From now on, whatever the stick still takes to hear of it.
    this.#pairing.open(seconds, expected ?? null);
    await this.#gate.permit(seconds);
  }

  addInstallCode(text: string): Promise<void> {
    return this.#gate.addInstallCode(text);
  }

  async remove(lock: LockId): Promise<{ readonly wasTold: boolean }> {
    this.#known.delete(lock);
    this.#missed.delete(lock);
    this.#frames.forget(lock);
    this.#leaving.add(lock);
    // Without a stick the lock is forgotten when the stick is back.
    if (this.#session === null) return { wasTold: false };
    const device = this.#session.controller.getDeviceByIeeeAddr(lock);
    const wasTold = device === undefined ? false : await sendAway(device);
    this.#leaving.delete(lock);
    return { wasTold };
  }

  network(withLinks: boolean): ReturnType<NetworkInspector["network"]> {
    return networkReport(this.#session?.controller ?? null, withLinks);
  }

  ping(): Promise<number | null> {
    return pingStick(this.#session?.controller ?? null);
  }

  #accepts(ieee: string): boolean {
    const isInDatabase =
      this.#session?.controller.getDeviceByIeeeAddr(ieee) !== undefined && !this.#isLeaving(ieee);
    return this.#pairing.accepts(ieee, isInDatabase);
  }

  #isLeaving(ieee: string): boolean {
    return isLockId(ieee) && this.#leaving.has(ieee);
  }

  /** A throw in here would be an unhandled rejection inside herdsman. */
  #guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#logger.error({ reason: errorLabel(error) }, "a listener of the driver has thrown");
    }
  }

  #emit(lock: LockId, event: LockEvent): void {
    const tell = () => this.#guarded(() => this.#listener?.lockEvent(lock, event));
    switch (event.kind) {
      case "operationEvent":
        this.#precedence.first(tell);
        return;
      case "lockState":
      case "doorState":
      case "battery":
        this.#precedence.after(tell);
        return;
      case "programmingEvent":
      case "alarm":
      case "batteryLowAlarm":
        this.#precedence.letGo();
        tell();
        return;
      case "heard":
        tell();
    }
  }

  #note(what: string, error: unknown): void {
    this.#logger.debug({ reason: errorLabel(error) }, what);
  }

  #radioChanged(state: RadioState, session: Session | null): void {
    this.#session = session;
    if (session === null) this.#exchanger.endAll("stickOffline");
    else this.#settleIn(session.controller);
    this.#guarded(() => this.#listener?.radio(state));
  }

  /** What has to be done to herdsman's devices after each start, for it keeps none of it. */
  #settleIn(controller: Controller): void {
    for (const device of controller.getDevicesIterator()) {
      if (device.type !== "Coordinator") this.#takeOver(device);
    }
    for (const lock of this.#leaving) {
      controller.getDeviceByIeeeAddr(lock)?.removeFromDatabase(true);
      this.#leaving.delete(lock);
    }
  }

  /** Time and default responses are answered here, not by herdsman. */
  #takeOver(device: Models.Device): void {
    device.skipDefaultResponse = true;
    serveTime(device, this.#getTime, (error) => this.#note("the time was not told", error));
  }

  #attach(controller: Controller): void {
    controller.on("message", (message) => this.#guarded(() => this.#frames.take(message)));
    controller.on("lastSeenChanged", ({ device, reason }) => {
      const lock = device.ieeeAddr;
      if (reason === "messageEmitted" || device.type === "Coordinator" || !isLockId(lock)) return;
      this.#emit(lock, { kind: "heard" });
      if (reason === "deviceJoined" && device.interviewState === interviewed) {
        this.#guarded(() => this.#pairing.rejoined(controller, device));
      }
    });
    controller.on("deviceJoined", ({ device }) => {
      this.#takeOver(device);
      this.#guarded(() => this.#pairing.joined(device));
    });
    controller.on("deviceInterview", ({ device, status }) =>
      this.#guarded(() => this.#pairing.interviewed(controller, device, status)),
    );
    controller.on("deviceLeave", ({ ieeeAddr }) => {
      if (!isLockId(ieeeAddr) || !this.#known.has(ieeeAddr)) return;
      this.#frames.forget(ieeeAddr);
      this.#guarded(() => this.#listener?.left(ieeeAddr));
    });
  }
}

/** Herdsman's InterviewState.Successful, an enumeration it does not export. */
const interviewed = "SUCCESSFUL";

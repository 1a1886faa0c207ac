import type { Controller, Models } from "zigbee-herdsman";
import { isLockId, type LockId } from "../../../daemon/core/model/door-lock.ts";
import type { ServedTime } from "../../../daemon/core/time/served-time.ts";
import type { LockDescription, PairingStep } from "../../lock-driver.ts";
import { errorLabel } from "../failures.ts";
import { hasNoAddress } from "../herdsman/device-database.ts";
import type { DriverLogger } from "../herdsman/herdsman-log.ts";
import type { Exchanger } from "../operations/exchange.ts";
import type { ModelQuirks } from "../quirks/quirk-model.ts";
import { DepartedError, departureOf, TooLateError } from "./device-removal.ts";
import { JoinWindow } from "./join-window.ts";
import { ProbeFailedError } from "./lock-probe.ts";
import { type SetupRun, setUpLock } from "./lock-setup.ts";

/** A device that sent nothing within this time after it joined is sent away when the network closes. */
const silentMs = 10_000;
/** An interview that has begun may continue for this time after the network was closed. */
const finishInterviewMs = 60_000;

export interface PairingPorts {
  readonly exchanger: Exchanger;
  readonly quirks: readonly ModelQuirks[];
  readonly getTime: () => ServedTime;
  readonly isKnown: (lock: LockId) => boolean;
  readonly report: (step: PairingStep) => void;
  /**
   * One of our locks has joined while the network was not open for exactly this lock, so the
   * gateway does not know whether it is the same device.
   */
  readonly onRejoined: (lock: LockId) => void;
  /** A lock is ready: its frames count from now on. */
  readonly onPaired: (description: LockDescription) => void;
  readonly logger: DriverLogger;
}

/** Herdsman's InterviewState.Successful, an enumeration it does not export. */
export const interviewed = "SUCCESSFUL";

/** A device in herdsman's own interview. */
interface Newcomer {
  readonly device: Models.Device;
  readonly joinedMs: number;
  readonly isExpected: boolean;
}

/**
 * Pairs devices while the network is open: interviews them, refuses what is not a lock, and probes
 * locks. The steps of each device are reported in sequence; several devices may be in progress at a
 * time. Herdsman forgets a device that is not paired, so that it cannot rejoin by itself. A device
 * that is silent when the network closes is refused.
 */
export class Pairing {
  readonly #ports: PairingPorts;
  /** Devices whose steps are not finished. If one of them joins again, no second pairing starts. */
  readonly #inWork = new Map<LockId, SetupRun>();
  /** Devices in herdsman's interview; at most as many as the stick admits. */
  readonly #inInterview = new Map<LockId, Newcomer>();
  /**
   * Devices that left or were sent away during that interview. The end of their interview is
   * ignored.
   */
  readonly #departed = new Set<LockId>();
  readonly #window = new JoinWindow(() => this.#closed());

  constructor(ports: PairingPorts) {
    this.#ports = ports;
  }

  get isOpen(): boolean {
    return this.#window.isOpen;
  }

  /** Whether the network is open for exactly this lock. */
  expects(lock: LockId): boolean {
    return this.#window.expects(lock);
  }

  /** Opens for `seconds`, for one device if `expected` is given; 0 closes. */
  open(seconds: number, expected: LockId | null): void {
    this.#window.open(seconds, expected);
  }

  /**
   * Asked by herdsman for every device that joins or rejoins. Locks of this gateway always come back;
   * strangers are let in while the network is open and nobody else is expected.
   * @param isInterviewed herdsman has it in its database, with a complete interview
   */
  accepts(ieee: string, isInterviewed: boolean): boolean {
    if (!isLockId(ieee)) return false;
    if (isInterviewed || this.#ports.isKnown(ieee) || this.#window.isOpenFor(ieee)) return true;
    return this.#inInterview.has(ieee) || this.#inWork.has(ieee);
  }

  /** Says why a stranger is not admitted now. */
  get refusal(): string {
    return this.#window.isOpen
      ? `Only ${this.#window.expected} is expected to join.`
      : "The network is not open for joining.";
  }

  /** A device has joined that herdsman did not know, or no longer knew. Its interview follows. */
  joined(device: Models.Device): void {
    const lock = device.ieeeAddr;
    if (!isLockId(lock) || this.#isUnasked(lock)) return;
    this.#arrive(lock, device);
    this.#ports.report({ step: "joined", device: lock });
  }

  /**
   * A device has said that it leaves the network: what is under way with it ends as `failed`, at once, and
   * nothing more is sent to it.
   */
  left(lock: LockId): void {
    const work = this.#inWork.get(lock);
    if (work !== undefined) {
      if (!work.isSentAway) work.departure.abort(new DepartedError());
      return;
    }
    if (!this.#inInterview.delete(lock)) return;
    this.#departed.add(lock);
    this.#ports.report({ step: "failed", device: lock, reason: new DepartedError().message });
  }

  /** Herdsman's interview began or ended. */
  interviewed(
    controller: Controller,
    device: Models.Device,
    status: "started" | "successful" | "failed",
  ): void {
    const lock = device.ieeeAddr;
    if (!isLockId(lock) || this.#inWork.has(lock)) return;
    if (status === "started") {
      if (this.#isUnasked(lock)) return;
      this.#arrive(lock, device);
      this.#ports.report({ step: "interviewing", device: lock });
      return;
    }
    const newcomer = this.#inInterview.get(lock);
    this.#inInterview.delete(lock);
    if (this.#departed.delete(lock) || newcomer === undefined) return;
    const isInterviewing = status === "failed";
    this.#work(device, lock, { isInterviewing, isExpected: newcomer.isExpected }, (work) =>
      setUpLock({ controller, device, ...this.#ports }, work),
    );
  }

  /**
   * A lock that herdsman knows has joined again. While the network is open for it, it was reset, so
   * everything that was set up on it is gone; else it is reported, because any device can claim to be that
   * lock.
   */
  rejoined(controller: Controller, device: Models.Device): void {
    const lock = device.ieeeAddr;
    if (!isLockId(lock) || this.#inWork.has(lock)) return;
    if (this.#isUnasked(lock) || !this.#window.isOpenFor(lock)) return;
    this.#ports.report({ step: "joined", device: lock });
    const isExpected = this.#window.expects(lock);
    this.#work(device, lock, { isInterviewing: false, isExpected }, (work) =>
      setUpLock({ controller, device, ...this.#ports }, work),
    );
  }

  /** Pairs a device that herdsman knows and the gateway does not, at a person's request. */
  adopt(controller: Controller, device: Models.Device): void {
    const lock = device.ieeeAddr;
    if (!isLockId(lock) || this.#inWork.has(lock)) return;
    const isInterviewing = device.interviewState !== interviewed;
    this.#work(device, lock, { isInterviewing, isExpected: false }, (work) =>
      setUpLock({ controller, device, ...this.#ports }, work),
    );
  }

  /** Ends all work and reports it as failed; later steps of it are not reported. */
  abandon(reason: string): void {
    for (const lock of this.#inInterview.keys()) {
      this.#ports.report({ step: "failed", device: lock, reason });
    }
    this.#inInterview.clear();
    for (const [lock, work] of [...this.#inWork]) {
      this.#inWork.delete(lock);
      work.departure.abort(new Error(reason));
      this.#ports.report({ step: "failed", device: lock, reason });
    }
  }

  /**
   * One of our locks joins and nobody has opened the network for exactly this lock. That is reported at once,
   * because frames that wait for the lock would go to it before it is paired.
   * @returns whether the network is closed for it; the lock stays a member
   */
  #isUnasked(lock: LockId): boolean {
    if (this.#window.expects(lock) || !this.#ports.isKnown(lock)) return false;
    this.#ports.onRejoined(lock);
    return !this.#window.isOpenFor(lock);
  }

  #arrive(lock: LockId, device: Models.Device): void {
    this.#departed.delete(lock);
    if (this.#inInterview.has(lock)) return;
    const isExpected = this.#window.expects(lock);
    this.#inInterview.set(lock, { device, joinedMs: performance.now(), isExpected });
  }

  /**
   * Called when the network was closed: sends silent devices away and gives interviews a little
   * more time.
   */
  #closed(): void {
    for (const [lock, newcomer] of this.#inInterview) {
      const { device, joinedMs } = newcomer;
      const silentForMs = performance.now() - joinedMs;
      const waitMs = hasAnswered(device) ? finishInterviewMs : Math.max(0, silentMs - silentForMs);
      setTimeout(() => {
        if (this.#inInterview.get(lock) === newcomer) this.#sendOff(lock, device);
      }, waitMs).unref();
    }
    for (const work of this.#inWork.values()) {
      if (!work.isInterviewing) continue;
      setTimeout(() => {
        if (work.isInterviewing) work.departure.abort(new TooLateError());
      }, finishInterviewMs).unref();
    }
  }

  #sendOff(lock: LockId, device: Models.Device): void {
    this.#inInterview.delete(lock);
    this.#departed.add(lock);
    this.#ports.report({ step: "failed", device: lock, reason: new TooLateError().message });
    this.#forget(device);
  }

  /**
   * Removes a device that was not admitted, so that it cannot rejoin by itself. Our own locks stay
   * members.
   */
  #forget(device: Models.Device): void {
    const { ieeeAddr: lock } = device;
    if (!isLockId(lock) || this.#ports.isKnown(lock)) return;
    // Forget it before it answers: if it joins again meanwhile, it is a new device.
    device.removeFromDatabase(true);
    if (hasNoAddress(device)) return;
    device.removeFromNetwork(true).catch((error: unknown) => {
      this.#ports.logger.debug(
        { device: lock, reason: errorLabel(error) },
        "failed to send a device away",
      );
    });
  }

  #work(
    device: Models.Device,
    lock: LockId,
    given: Pick<SetupRun, "isInterviewing" | "isExpected">,
    taking: (work: SetupRun) => Promise<PairingStep>,
  ): void {
    const work: SetupRun = { departure: new AbortController(), isSentAway: false, ...given };
    this.#inWork.set(lock, work);
    const { signal } = work.departure;
    Promise.race([taking(work), departureOf(signal)])
      .catch((error: unknown): PairingStep => this.#failed(lock, error))
      .then((last) => {
        if (this.#inWork.get(lock) !== work) return;
        this.#inWork.delete(lock);
        const isGone = signal.aborted && last.step === "paired";
        const reported = isGone ? this.#failed(lock, new DepartedError()) : last;
        if (reported.step === "paired") this.#ports.onPaired(reported.description);
        else if (!work.isSentAway && !isDeparture(signal)) this.#forget(device);
        this.#ports.report(reported);
      })
      .catch((error: unknown) =>
        this.#ports.logger.error(
          { lock, reason: errorLabel(error) },
          "failed to report a pairing step",
        ),
      );
  }

  #failed(lock: LockId, error: unknown): PairingStep {
    this.#ports.logger.warn({ lock, reason: errorLabel(error) }, "pairing failed");
    const isReported =
      error instanceof ProbeFailedError ||
      error instanceof DepartedError ||
      error instanceof TooLateError;
    const reason = isReported ? error.message : "The lock could not be set up.";
    return { step: "failed", device: lock, reason };
  }
}

/** Whether the device answered any part of the interview. The node descriptor gives the type. */
function hasAnswered(device: Models.Device): boolean {
  return String(device.type) !== "Unknown" || device.endpoints.length > 0;
}

function isDeparture(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof DepartedError;
}

import type { Controller, Models } from "zigbee-herdsman";
import { isLockId, type LockId } from "../../daemon/core/door-lock.ts";
import { cleanText } from "../../daemon/core/plain-text.ts";
import type { ServedTime } from "../../daemon/core/served-time.ts";
import type { LockDescription, PairingStep } from "../lock-driver.ts";
import { delay } from "./delay.ts";
import { DepartedError, departureOf, sendAway } from "./departure.ts";
import type { Exchanger } from "./exchange.ts";
import { errorLabel } from "./failures.ts";
import type { DriverLogger } from "./herdsman-log.ts";
import { LockLink } from "./lock-link.ts";
import { identifyModel } from "./model-identity.ts";
import { ProbeFailedError, probeLock } from "./probing.ts";
import { type ModelQuirks, quirksOf } from "./quirks.ts";
import { sleepOf } from "./receiver-sleep.ts";
import { clusterIds } from "./zcl-frame.ts";

/** Herdsman interviews by itself; a failed interview is tried again so often, after a wait. */
const maxMoreInterviews = 2;
const interviewPauseMs = 2_000;
export interface PairingPorts {
  readonly exchanger: Exchanger;
  readonly quirks: readonly ModelQuirks[];
  readonly getTime: () => ServedTime;
  readonly isKnown: (lock: LockId) => boolean;
  readonly tell: (step: PairingStep) => void;
  /** A lock is ready: its frames count from now on. */
  readonly onPaired: (description: LockDescription) => void;
  readonly logger: DriverLogger;
}

/** The work on one device, until its last step is told. */
interface Work {
  /** Aborted when the device leaves by itself, or when the work is abandoned; the reason says which. */
  readonly departure: AbortController;
  /** The gateway has told it to leave: its departure is no failure. */
  isSentAway: boolean;
}

/**
 * Takes in devices while the network is open: interview, refusal of what is no lock, probe.
 * One device after the other is told step by step; several may be in work at a time.
 */
export class Pairing {
  readonly #ports: PairingPorts;
  /** Devices whose steps are not over; a second join of one of them starts nothing. */
  readonly #inWork = new Map<LockId, Work>();
  /** Devices in herdsman's interview; at most as many as the stick takes in. */
  readonly #inInterview = new Set<string>();
  /** Devices that left during that interview: its end is no news. */
  readonly #departed = new Set<string>();
  #openUntilMs = 0;
  #expected: LockId | null = null;

  constructor(ports: PairingPorts) {
    this.#ports = ports;
  }

  /** Opens for `seconds`, for one device if `expected` is given; 0 closes. */
  open(seconds: number, expected: LockId | null): void {
    this.#openUntilMs = performance.now() + seconds * 1000;
    this.#expected = expected;
  }

  /**
   * Asked by herdsman for every device that joins or rejoins. Locks of this gateway always come back;
   * strangers are let in while the network is open and nobody else is expected.
   */
  accepts(ieee: string, isInDatabase: boolean): boolean {
    if (!isLockId(ieee)) return false;
    if (isInDatabase || this.#ports.isKnown(ieee)) return true;
    if (this.#isOpenFor(ieee)) return true;
    const reason = this.#isOpen
      ? `Only ${this.#expected} is expected to join.`
      : "The network is not open for joining.";
    this.#ports.tell({ step: "refused", device: ieee, reason });
    return false;
  }

  /** A device has joined that herdsman did not know (any more); its interview follows. */
  joined(device: Models.Device): void {
    const lock = device.ieeeAddr;
    if (!isLockId(lock)) return;
    this.#arrive(lock);
    this.#ports.tell({ step: "joined", device: lock });
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
    this.#ports.tell({ step: "failed", device: lock, reason: new DepartedError().message });
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
      this.#arrive(lock);
      this.#ports.tell({ step: "interviewing", device: lock });
      return;
    }
    this.#inInterview.delete(lock);
    if (this.#departed.delete(lock)) return;
    this.#work(lock, (given) =>
      this.#takeIn(controller, device, { ...given, isInterviewed: status === "successful" }),
    );
  }

  /**
   * A lock that herdsman knows has joined anew while the network is open for it: it was reset, so
   * everything that was set up on it is gone.
   */
  rejoined(controller: Controller, device: Models.Device): void {
    const lock = device.ieeeAddr;
    if (!isLockId(lock) || this.#inWork.has(lock) || !this.#isOpenFor(lock)) return;
    this.#ports.tell({ step: "joined", device: lock });
    this.#work(lock, (given) =>
      this.#takeIn(controller, device, { ...given, isInterviewed: true }),
    );
  }

  #arrive(lock: LockId): void {
    this.#departed.delete(lock);
    this.#inInterview.add(lock);
  }

  get #isOpen(): boolean {
    return performance.now() < this.#openUntilMs;
  }

  #isOpenFor(lock: LockId): boolean {
    return this.#isOpen && (this.#expected === null || this.#expected === lock);
  }

  /** Ends what is in work: it is told as failed, and whatever still comes of it is not told. */
  abandon(reason: string): void {
    for (const [lock, work] of [...this.#inWork]) {
      this.#inWork.delete(lock);
      work.departure.abort(new Error(reason));
      this.#ports.tell({ step: "failed", device: lock, reason });
    }
  }

  #work(
    lock: LockId,
    takeIn: (given: { readonly lock: LockId; readonly work: Work }) => Promise<PairingStep>,
  ): void {
    const work: Work = { departure: new AbortController(), isSentAway: false };
    this.#inWork.set(lock, work);
    const { signal } = work.departure;
    Promise.race([takeIn({ lock, work }), departureOf(signal)])
      .catch((error: unknown): PairingStep => this.#failed(lock, error))
      .then((last) => {
        if (this.#inWork.get(lock) !== work) return;
        this.#inWork.delete(lock);
        const isGone = signal.aborted && last.step === "paired";
        const told = isGone ? this.#failed(lock, new DepartedError()) : last;
        if (told.step === "paired") this.#ports.onPaired(told.description);
        this.#ports.tell(told);
      })
      .catch((error: unknown) =>
        this.#ports.logger.error(
          { lock, reason: errorLabel(error) },
          "a pairing step was not heard",
        ),
      );
  }

  #failed(lock: LockId, error: unknown): PairingStep {
    this.#ports.logger.warn({ lock, reason: errorLabel(error) }, "pairing failed");
    const isTold = error instanceof ProbeFailedError || error instanceof DepartedError;
    const reason = isTold ? error.message : "The lock could not be set up.";
    return { step: "failed", device: lock, reason };
  }

  async #takeIn(
    controller: Controller,
    device: Models.Device,
    {
      lock,
      work,
      isInterviewed,
    }: { readonly lock: LockId; readonly work: Work; readonly isInterviewed: boolean },
  ): Promise<PairingStep> {
    const { signal } = work.departure;
    if (!isInterviewed && !(await this.#interviewAgain(device, signal))) {
      return { step: "failed", device: lock, reason: "The device does not answer its interview." };
    }
    const endpoint = device.endpoints.find((candidate) =>
      candidate.inputClusters.includes(clusterIds.doorLock),
    );
    if (endpoint === undefined) {
      work.isSentAway = true;
      await sendAway(device);
      return {
        step: "refused",
        device: lock,
        reason: `${cleanText(device.modelID ?? "The device")} is not a door lock.`,
      };
    }
    const coordinator = controller.getDevicesByType("Coordinator")[0]?.getEndpoint(1);
    if (coordinator === undefined) throw new Error("the coordinator has no endpoint 1");
    const identity = await identifyModel(device, this.#ports.logger);
    signal.throwIfAborted();
    this.#ports.tell({ step: "probing", device: lock, model: identity.model });
    const quirks = quirksOf(
      device.modelID ?? "",
      device.manufacturerName ?? "",
      this.#ports.quirks,
    );
    const linkTo = (to: Models.Endpoint): LockLink =>
      new LockLink(to, this.#ports.exchanger, signal);
    const { capabilities, slots } = await probeLock({
      endpoint,
      coordinator,
      link: linkTo(endpoint),
      quirks,
      sleep: await sleepOf(controller, device, quirks),
      power:
        device.endpoints.find(({ inputClusters }) =>
          inputClusters.includes(clusterIds.powerConfiguration),
        ) ?? null,
      linkTo,
      time: this.#ports.getTime(),
      signal,
    });
    const firmware = cleanText(
      device.softwareBuildID ?? String(device.applicationVersion ?? "unknown"),
    );
    const description = { lock, ...identity, firmware, capabilities };
    return { step: "paired", device: lock, description, slots };
  }

  async #interviewAgain(device: Models.Device, signal: AbortSignal): Promise<boolean> {
    for (let tries = 0; tries < maxMoreInterviews; tries++) {
      await delay(interviewPauseMs);
      signal.throwIfAborted();
      try {
        await device.interview();
        return true;
      } catch (error) {
        this.#ports.logger.debug({ reason: errorLabel(error) }, "another interview failed");
      }
    }
    return false;
  }
}

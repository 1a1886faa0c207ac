import type { Controller, Models } from "zigbee-herdsman";
import { isLockId, type LockId } from "../../daemon/core/door-lock.ts";
import type { ServedTime } from "../../daemon/core/served-time.ts";
import type { LockDescription, PairingStep } from "../lock-driver.ts";
import { delay } from "./delay.ts";
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
/** How long a device that is sent away may take to say so. */
const leaveTimeoutMs = 10_000;

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

/**
 * Takes in devices while the network is open: interview, refusal of what is no lock, probe.
 * One device after the other is told step by step; several may be in work at a time.
 */
export class Pairing {
  readonly #ports: PairingPorts;
  /** Devices whose steps are not over; a second join of one of them starts nothing. */
  readonly #inWork = new Set<string>();
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
    if (isLockId(lock)) this.#ports.tell({ step: "joined", device: lock });
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
      this.#ports.tell({ step: "interviewing", device: lock });
      return;
    }
    this.#work(lock, () => this.#takeIn(controller, device, lock, status === "successful"));
  }

  /**
   * A lock that herdsman knows has joined anew while the network is open for it: it was reset, so
   * everything that was set up on it is gone.
   */
  rejoined(controller: Controller, device: Models.Device): void {
    const lock = device.ieeeAddr;
    if (!isLockId(lock) || this.#inWork.has(lock) || !this.#isOpenFor(lock)) return;
    this.#ports.tell({ step: "joined", device: lock });
    this.#work(lock, () => this.#takeIn(controller, device, lock, true));
  }

  get #isOpen(): boolean {
    return performance.now() < this.#openUntilMs;
  }

  #isOpenFor(lock: LockId): boolean {
    return this.#isOpen && (this.#expected === null || this.#expected === lock);
  }

  #work(lock: LockId, work: () => Promise<PairingStep>): void {
    this.#inWork.add(lock);
    work()
      .catch((error: unknown): PairingStep => {
        this.#ports.logger.warn({ lock, reason: errorLabel(error) }, "pairing failed");
        const reason =
          error instanceof ProbeFailedError ? error.message : "The lock could not be set up.";
        return { step: "failed", device: lock, reason };
      })
      .then((last) => {
        this.#inWork.delete(lock);
        if (last.step === "paired") this.#ports.onPaired(last.description);
        this.#ports.tell(last);
      })
      .catch((error: unknown) =>
        this.#ports.logger.error(
          { lock, reason: errorLabel(error) },
          "a pairing step was not heard",
        ),
      );
  }

  async #takeIn(
    controller: Controller,
    device: Models.Device,
    lock: LockId,
    isInterviewed: boolean,
  ): Promise<PairingStep> {
    if (!isInterviewed && !(await this.#interviewAgain(device))) {
      return { step: "failed", device: lock, reason: "The device does not answer its interview." };
    }
    const endpoint = device.endpoints.find((candidate) =>
      candidate.inputClusters.includes(clusterIds.doorLock),
    );
    if (endpoint === undefined) {
      await sendAway(device);
      return {
        step: "refused",
        device: lock,
        reason: `${device.modelID ?? "The device"} is not a door lock.`,
      };
    }
    const coordinator = controller.getDevicesByType("Coordinator")[0]?.getEndpoint(1);
    if (coordinator === undefined) throw new Error("the coordinator has no endpoint 1");
    const identity = await identifyModel(device, this.#ports.logger);
    this.#ports.tell({ step: "probing", device: lock, model: identity.model });
    const quirks = quirksOf(
      device.modelID ?? "",
      device.manufacturerName ?? "",
      this.#ports.quirks,
    );
    const linkTo = (to: Models.Endpoint): LockLink => new LockLink(to, this.#ports.exchanger);
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
    });
    const firmware = device.softwareBuildID ?? String(device.applicationVersion ?? "unknown");
    const description = { lock, ...identity, firmware, capabilities };
    return { step: "paired", device: lock, description, slots };
  }

  async #interviewAgain(device: Models.Device): Promise<boolean> {
    for (let tries = 0; tries < maxMoreInterviews; tries++) {
      await delay(interviewPauseMs);
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

/**
 * Tells a device to leave and forgets it, also when it does not answer.
 * @returns whether it acknowledged.
 */
export async function sendAway(device: Models.Device): Promise<boolean> {
  const over = new AbortController();
  const left = device.removeFromNetwork(true).then(
    () => true,
    () => false,
  );
  const timeout = delay(leaveTimeoutMs, over.signal).then(() => false);
  const wasTold = await Promise.race([left, timeout]);
  over.abort();
  if (!wasTold) device.removeFromDatabase(true);
  return wasTold;
}

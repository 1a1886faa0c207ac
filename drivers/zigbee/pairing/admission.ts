import type { Controller } from "zigbee-herdsman";
import { isLockId } from "../../../daemon/core/model/door-lock.ts";
import type { PairingStep } from "../../lock-driver.ts";
import { interviewed, type Pairing } from "./pairing.ts";
import { RefusalLimit } from "./refusal-limit.ts";

export interface AdmissionPorts {
  readonly pairing: Pairing;
  readonly controller: () => Controller | null;
  /** The device is being sent away. */
  readonly isLeaving: (ieee: string) => boolean;
  /** Returns why a device without a record cannot be recorded, or null if it can. */
  readonly recordFault: () => string | null;
  readonly report: (step: PairingStep) => void;
}

/** Decides for herdsman whether a device may join, and reports devices that may not. */
export class Admission {
  readonly #ports: AdmissionPorts;
  readonly #removals = new RefusalLimit(() => performance.now());

  constructor(ports: AdmissionPorts) {
    this.#ports = ports;
  }

  /** Resolves to false for a device that herdsman must send away; never resolves for one that is left alone. */
  accepts(ieee: string): Promise<boolean> {
    const refusal = this.#refusalOf(ieee);
    if (refusal === null) return Promise.resolve(true);
    if (!this.#removals.maySendAway()) return new Promise(() => {});
    if (isLockId(ieee)) this.#ports.report({ step: "refused", device: ieee, reason: refusal });
    return Promise.resolve(false);
  }

  /** Returns why the device may not join, or null if it may. */
  #refusalOf(ieee: string): string | null {
    const { pairing, controller, isLeaving, recordFault } = this.#ports;
    const device = controller()?.getDeviceByIeeeAddr(ieee);
    const isInterviewed = device?.interviewState === interviewed && !isLeaving(ieee);
    if (!pairing.accepts(ieee, isInterviewed)) return pairing.refusal;
    return device === undefined ? recordFault() : null;
  }
}

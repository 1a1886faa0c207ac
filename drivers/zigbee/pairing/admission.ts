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
    const { pairing, controller, isLeaving, report } = this.#ports;
    const device = controller()?.getDeviceByIeeeAddr(ieee);
    const isInterviewed = device?.interviewState === interviewed && !isLeaving(ieee);
    if (pairing.accepts(ieee, isInterviewed)) return Promise.resolve(true);
    if (!this.#removals.maySendAway()) return new Promise(() => {});
    if (isLockId(ieee)) report({ step: "refused", device: ieee, reason: pairing.refusal });
    return Promise.resolve(false);
  }
}

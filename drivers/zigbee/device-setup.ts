import type { Controller, Models } from "zigbee-herdsman";
import { isLockId, type LockId } from "../../daemon/core/model/door-lock.ts";
import type { ServedTime } from "../../daemon/core/time/served-time.ts";
import { serveTime } from "./operations/time-server.ts";
import { interviewed } from "./pairing/pairing.ts";

export interface DeviceSetupPorts {
  readonly isOurs: (lock: LockId) => boolean;
  readonly getTime: () => ServedTime;
  readonly onFailure: (error: unknown) => void;
}

/** What must be set on herdsman's devices after each start, because herdsman keeps none of it. */
export class DeviceSetup {
  readonly #ports: DeviceSetupPorts;

  constructor(ports: DeviceSetupPorts) {
    this.#ports = ports;
  }

  /** Takes over all devices of a controller, and removes those whose interview the last run did not finish. */
  begin(controller: Controller): void {
    for (const device of [...controller.getDevicesIterator()]) {
      if (device.type === "Coordinator") continue;
      if (this.#isUnfinished(device)) device.removeFromDatabase(true);
      else this.takeOver(device);
    }
  }

  /** The driver sends time and default responses itself, in place of herdsman. */
  takeOver(device: Models.Device): void {
    device.skipDefaultResponse = true;
    serveTime(device, this.#ports.getTime, this.#ports.onFailure);
  }

  #isUnfinished({ ieeeAddr, interviewState }: Models.Device): boolean {
    const isOurs = isLockId(ieeeAddr) && this.#ports.isOurs(ieeeAddr);
    return interviewState !== interviewed && !isOurs;
  }
}

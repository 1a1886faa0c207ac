import type { ApsFrame, RadioDevice, RadioLink, SimulationTime } from "../../radio.ts";
import { type KnownDevice, relation } from "./device-table.ts";
import type { RadioHost } from "./radio-host.ts";

interface Air {
  readonly time: SimulationTime;
  /** Time until the next frame arrives. */
  delayMs(): number;
}

interface Intruder {
  readonly device: RadioDevice;
  readonly known: KnownDevice;
}

/**
 * Devices that have the network's key and never joined this stick: each takes a network address of its
 * choice and claims any IEEE address, also that of a device on the network.
 */
export class Intruders {
  readonly #host: RadioHost;
  readonly #air: Air;
  readonly #byAddress = new Map<number, Intruder>();

  constructor(host: RadioHost, air: Air) {
    this.#host = host;
    this.#air = air;
  }

  /** @returns the link that the device speaks by */
  admit(device: RadioDevice, networkAddress: number): RadioLink {
    const known: KnownDevice = {
      ieee: device.ieee,
      networkAddress,
      relation: relation.none,
      seedShift: null,
      txCounter: 0,
      rxCounter: 0,
      apsKeyRow: null,
    };
    this.#byAddress.set(networkAddress, { device, known });
    return {
      networkAddress,
      coordinatorIeee: this.#host.coordinatorIeee,
      send: (frame) => {
        this.#arrive(known, frame);
      },
      poll: () => {},
      leave: () => {
        this.#byAddress.delete(networkAddress);
      },
    };
  }

  /** A frame goes to this address. @returns whether an intruder has it */
  take(address: number, frame: ApsFrame): boolean {
    const intruder = this.#byAddress.get(address);
    if (intruder === undefined) return false;
    const { device, known } = intruder;
    this.#air.time.after(this.#air.delayMs(), () => {
      if (!device.isReachable()) return;
      if (frame.profileId === 0) this.#host.requested(device, known, frame);
      else device.receive(frame);
    });
    return true;
  }

  /** The answer to a ZDP request. @returns whether it is an intruder's */
  respond(known: KnownDevice, frame: ApsFrame): boolean {
    if (this.#byAddress.get(known.networkAddress)?.known !== known) return false;
    this.#arrive(known, frame);
    return true;
  }

  #arrive(known: KnownDevice, frame: ApsFrame): void {
    this.#air.time.after(this.#air.delayMs(), () => this.#host.arrived(known, frame));
  }
}

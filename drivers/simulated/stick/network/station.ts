import type { ApsFrame, Ieee, RadioDevice, RadioLink, SimulationTime } from "../../radio.ts";
import { DelayLine } from "../delay-line.ts";
import type { KnownDevice } from "./device-table.ts";

/** What a station needs of the air. */
export interface StationRadio {
  transmitted(station: Station, frame: ApsFrame): void;
  polled(station: Station): void;
  left(station: Station, isRejoining: boolean): void;
}

export interface StationOptions {
  readonly known: KnownDevice;
  readonly time: SimulationTime;
  readonly networkIdentity: string | null;
  readonly coordinatorIeee: Ieee;
  readonly radio: StationRadio;
}

/** One device on the network, with its link to the stick. */
export class Station implements RadioLink {
  readonly device: RadioDevice;
  readonly known: KnownDevice;
  /** Which network it belongs to; changes when the network's key does. */
  networkIdentity: string | null;
  readonly networkAddress: number;
  readonly coordinatorIeee: Ieee;
  readonly uplink: DelayLine;
  readonly downlink: DelayLine;
  readonly #radio: StationRadio;
  /** The highest counter of a network frame that it has taken. */
  #heardCounter = 0;

  constructor(device: RadioDevice, options: StationOptions) {
    this.device = device;
    this.known = options.known;
    this.networkIdentity = options.networkIdentity;
    this.networkAddress = options.known.networkAddress;
    this.coordinatorIeee = options.coordinatorIeee;
    this.uplink = new DelayLine(options.time);
    this.downlink = new DelayLine(options.time);
    this.#radio = options.radio;
  }

  send(frame: ApsFrame): void {
    this.#radio.transmitted(this, frame);
  }

  poll(): void {
    this.#radio.polled(this);
  }

  leave(isRejoining = false): void {
    this.#radio.left(this, isRejoining);
  }

  /**
   * Returns whether the network layer takes a frame with this counter: it drops a lower counter than the last
   * one as a replay (Zigbee 4.3.1.2). The MAC has acknowledged the frame all the same.
   */
  takes(counter: number): boolean {
    if (counter < this.#heardCounter) return false;
    this.#heardCounter = counter;
    return true;
  }

  /** Drops what is on the air: the other end lost its power. */
  silence(): void {
    this.uplink.clear();
    this.downlink.clear();
  }
}

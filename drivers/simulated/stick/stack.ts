import type { Ieee, SimpleDescriptor, SimulationTime } from "../radio.ts";
import type { FaultSwitches } from "./faults.ts";
import type { DeviceTable, KnownDevice } from "./network/device-table.ts";
import type { Network } from "./network/network.ts";
import type { RadioMedium } from "./network/radio-medium.ts";

/** How a device leaves the network. */
export interface Departure {
  /** The network asked the device to leave; false when it left of its own accord. */
  readonly isAsked: boolean;
  readonly isRejoining: boolean;
}

/** What the Zigbee device objects (ZDO) do for the other parts of the stack. */
export interface ZdoService {
  /** Asks the stick itself; the answer reaches the host as if it had come by radio. */
  requestOwn(cluster: number, payload: Uint8Array, sequence?: number): void;
  /** Reports a device announcement (Device_annce) to the host. */
  announce(known: KnownDevice, capabilities: number): void;
}

/** What the part that admits and removes devices does for the other parts of the stack. */
export interface JoiningService {
  /** Opens the network for this many seconds; 0 closes it, 255 opens it until it is closed. */
  permit(seconds: number): void;
  depart(known: KnownDevice, departure: Departure): void;
}

/** The parts of the Zigbee stack, as they reach one another. */
export interface Stack {
  readonly time: SimulationTime;
  readonly network: Network;
  readonly devices: DeviceTable;
  readonly radio: RadioMedium;
  readonly faults: FaultSwitches;
  readonly zdo: ZdoService;
  readonly joining: JoiningService;
  readonly af: { readonly endpoints: readonly SimpleDescriptor[] };
  /** The stick's own address: what NV holds, else the factory's. */
  readonly ieee: Ieee;
  /** Sends an asynchronous frame to the host, after the answer to the command in progress. */
  notify(subsystem: number, command: number, payload: Uint8Array): void;
}

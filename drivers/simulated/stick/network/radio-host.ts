import type { ApsFrame, Ieee, RadioDevice } from "../../radio.ts";
import type { FaultSwitches } from "../faults.ts";
import type { KnownDevice } from "./device-table.ts";

/** A frame on the radio, as a sniffer sees it. */
export interface ObservedFrame {
  readonly timeMs: number;
  readonly ieee: Ieee;
  readonly direction: "toDevice" | "fromDevice";
  readonly frame: ApsFrame;
}

/** The firmware, as the radio sees it. */
export interface RadioHost {
  readonly faults: FaultSwitches;
  readonly coordinatorIeee: Ieee;
  /** A frame has arrived from a device. */
  arrived(device: KnownDevice, frame: ApsFrame): void;
  /** A ZDP frame has reached a device: the firmware makes the device's answer. */
  requested(device: RadioDevice, known: KnownDevice, frame: ApsFrame): void;
  /** The device has left of its own accord. */
  departed(known: KnownDevice, isRejoining: boolean): void;
  observed(frame: ObservedFrame): void;
}

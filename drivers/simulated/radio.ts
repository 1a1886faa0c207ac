/**
 * Where the simulated stick and the simulated devices meet: APS frames over a made-up radio.
 * The stick is the coordinator; every device is its direct child.
 */

/** IEEE address as 16 lower-case hex digits without prefix. */
export type Ieee = string;

export interface ApsFrame {
  readonly profileId: number;
  readonly clusterId: number;
  readonly sourceEndpoint: number;
  readonly destinationEndpoint: number;
  readonly payload: Uint8Array;
}

export interface SimpleDescriptor {
  readonly endpoint: number;
  readonly profileId: number;
  readonly deviceId: number;
  readonly deviceVersion: number;
  readonly inputClusters: readonly number[];
  readonly outputClusters: readonly number[];
}

export interface NodeDescriptor {
  readonly type: "router" | "endDevice";
  /** false = sleepy: frames wait in the parent until the device polls. */
  readonly isReceiverOnWhenIdle: boolean;
  readonly isMainsPowered: boolean;
  readonly manufacturerCode: number;
}

/** A device's side of the radio. The radio calls it; it answers through its {@link RadioLink}. */
export interface RadioDevice {
  readonly ieee: Ieee;
  readonly node: NodeDescriptor;
  readonly endpoints: readonly SimpleDescriptor[];
  /** Time between two polls of a sleepy device, ms. */
  readonly pollIntervalMs: number;
  /** Out of range or without battery: hears nothing, acknowledges nothing. */
  isReachable(): boolean;
  /** It has joined (or rejoined); `link` is valid until `left`. */
  joined(link: RadioLink): void;
  /** The network removed it, or is gone. */
  left(): void;
  /** A frame has reached it. */
  receive(frame: ApsFrame): void;
  /** ZDO Bind / Unbind request for this device. @returns the ZDP status (0 = success). */
  bind(request: BindRequest): number;
}

export interface BindRequest {
  readonly isUnbind: boolean;
  readonly sourceEndpoint: number;
  readonly clusterId: number;
  readonly destinationIeee: Ieee;
  readonly destinationEndpoint: number;
}

/** The stick's side of the radio, as one device sees it. */
export interface RadioLink {
  readonly networkAddress: number;
  readonly coordinatorIeee: Ieee;
  /** Sends to the coordinator. A frame that the radio loses is lost silently. */
  send(frame: ApsFrame): void;
  /** A sleepy device asks its parent for waiting frames. */
  poll(): void;
  /** Leaves of its own accord. @param isRejoining it announces that it comes back at once; false by default */
  leave(isRejoining?: boolean): void;
}

/** What devices and the control interface need from the network. */
export interface RadioNetwork {
  /** Joins if joining is permitted. @returns why not, or null when it has joined. */
  join(device: RadioDevice, options?: { readonly installCode?: Uint8Array }): JoinRefusal | null;
  /** A device that was joined before comes back (power cycle), with its keys. */
  rejoin(device: RadioDevice, options?: { readonly withNewAddress?: boolean }): JoinRefusal | null;
  readonly isPermittingJoin: boolean;
  readonly isFormed: boolean;
}

export type JoinRefusal =
  | "notFormed"
  | "notPermitted"
  | "unknownInstallCode"
  | "tableFull"
  | "unknownDevice";

/** Time and chance for the simulation: real, or a test's own. */
export interface SimulationTime {
  nowMs(): number;
  /** @returns a function that cancels it. */
  after(delayMs: number, run: () => void): () => void;
  /** Uniform in [0, 1), from a seed. */
  random(): number;
}
